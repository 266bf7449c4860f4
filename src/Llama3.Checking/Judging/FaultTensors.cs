using Llama3.Checking.Goldens;

namespace Llama3.Checking.Judging;

/// <summary>
/// What the port dumped at a fault, and what it should be: the reference on the port's own inputs, rounded as the port is known to round. The judge compares
/// the same two tensors and does not keep them; here they are computed again, for those alone who ask.
/// </summary>
/// <param name="report">The report on the prompt, or on a pass; its dump is open.</param>
internal sealed class FaultTensors(PortReport report) : IDisposable
{
    private readonly Replay _replay = report is { Arithmetic: { } arithmetic, Coarser: null }
        ? ArithmeticDetection.ReplayOf(report.Dump, arithmetic)
        : new Replay(report.Dump, new PortTolerances(report.Dump.Golden.Model.Manifest, PortPrecision.fp32));

    /// <summary>The two tensors of a fault; they have one shape, unless the fault is that they have not.</summary>
    public (Tensor Actual, Tensor Expected) Of(JudgedResult fault)
    {
        var (step, scope) = (fault.Step, fault.Scope);
        return (report.Dump.Seen(step, scope), report.Dump.Seen(step, scope, _replay.Run(step, scope).Result));
    }

    /// <summary>Whether the port dumped the last token's row alone; all others are 0 in both tensors.</summary>
    public bool IsLastRow(JudgedResult fault) =>
        report.Dump.Tensors.Any(tensor => tensor.IsLastRow && tensor.Key == (fault.Step, fault.Scope.Of(fault.Step)));

    /// <summary>Forgets what was read and computed for a fault.</summary>
    public void Forget(JudgedResult fault)
    {
        report.Dump.Forget();
        _replay.ForgetLayer(fault.Stage);
    }

    /// <summary>Frees what was computed.</summary>
    public void Dispose() => _replay.Dispose();
}
