using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>What a check found.</summary>
public sealed class PortReport
{
    internal PortReport(DumpedRun dump, PortPrecision precision, IReadOnlyList<JudgedResult> results, IReadOnlyList<PortReport> passes)
    {
        (Dump, Precision, Results, Passes) = (dump, precision, results, passes);
        Steps = [.. Aliases.DumpableWithCache
            .Select(step => new JudgedStep(step, [.. results.Where(result => result.Step == step)]))
            .Where(step => ArticleSteps.all.Contains(step.Step) || step.Results.Count > 0)];
    }

    /// <summary>Judges the tensors of a port in C#.</summary>
    /// <param name="tensors">What the port computed, by names such as <c>layers.0.q_per_token</c>; see <see cref="Aliases"/>.</param>
    /// <param name="model">The model that the port ran on the article's prompt; <see cref="MicroModel.Micro"/> if left out.</param>
    /// <param name="precision">What the port computes in; null to find out from its numbers.</param>
    /// <exception cref="BadInputException">No tensor bears a known name, or one has a shape or dtype that its step cannot have.</exception>
    public static PortReport Of(IReadOnlyDictionary<string, Tensor> tensors, GoldenModel? model = null, PortPrecision? precision = null) =>
        new DumpCheck(DumpedRun.Of(MemoryDump.Of(tensors), (model ?? MicroModel.Micro).Article), precision).Run();

    /// <summary>The dump.</summary>
    internal DumpedRun Dump { get; }

    /// <summary>Whether it tells of a pass over new tokens, and not of the prompt.</summary>
    internal bool IsOfPass => Dump.Golden.IsPass;

    /// <summary>What the port was taken to compute in.</summary>
    public PortPrecision Precision { get; }

    /// <summary>All dumped results, in the order in which they are computed.</summary>
    public IReadOnlyList<JudgedResult> Results { get; }

    /// <summary>The same of each pass over new tokens that was dumped, in their order; none of a pass itself.</summary>
    public IReadOnlyList<PortReport> Passes { get; }

    /// <summary>The 42 steps in reading order, and what was dumped of finer points and of a cache.</summary>
    public IReadOnlyList<JudgedStep> Steps { get; }

    /// <summary>The first result in the order of computation that holds a fault; null if there is none.</summary>
    public JudgedResult? FirstFault => Results.FirstOrDefault(result => result.IsFault);

    /// <summary>Whether all that was dumped agrees with the goldens, in all passes.</summary>
    public bool Agrees => AllOk && Passes.All(pass => pass.Agrees);

    /// <summary>Whether results differ although no step is at fault: roundings that have added up.</summary>
    public bool Drifts => !AllOk && FirstFault is null;

    private bool AllOk => Results.All(result => result.Verdict == Verdict.Ok);

    /// <summary>Whether everything that a result was computed from agrees with the goldens.</summary>
    public bool InputsAgree(JudgedResult result) => result.Inputs.All(input => Results
        .Where(found => found.Step == input.Step && found.Scope.layer == input.Scope.layer)
        .All(found => found.Verdict == Verdict.Ok));

    /// <summary>Steps that every port must dump and this one did not, or not in every layer.</summary>
    public IReadOnlyList<ArticleStep> Missing => [.. DumpContract.Must.Where(step => !Dump.Covers(step))];
}
