using Llama3.Reference.Checking;

namespace Llama3.Reference.Ports;

/// <summary>
/// Judges a port's dump. Every dumped result is held against its golden; where it differs, the reference computes the step from
/// the port's own inputs: if that agrees with the port, the step is right and the error inherited, otherwise the fault is here.
/// </summary>
public sealed class PortCheck
{
    private readonly PortDump _dump;
    private readonly GoldenCase _golden;
    private readonly PortTolerances _tolerances;
    private readonly Walk _walk;
    private readonly Walk _rounded;
    private bool _holdsNumbers;

    /// <summary>Prepares to judge a dump.</summary>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="golden">The goldens of the same model and prompt.</param>
    /// <param name="precision">What the port computes in; null to find out from its numbers.</param>
    public PortCheck(PortDump dump, GoldenCase golden, PortPrecision? precision = null)
    {
        (_dump, _golden, Precision) = (dump, golden, precision ?? PortPrecisions.Detect(dump));
        _tolerances = new PortTolerances(golden.Model.Manifest, Precision);
        (_walk, _rounded) = (dump.Walk(ScalarType.Float32), dump.Walk(ScalarType.BFloat16));
    }

    /// <summary>What the port computes in.</summary>
    public PortPrecision Precision { get; }

    /// <summary>Judges all that was dumped.</summary>
    /// <exception cref="BadInputException">A tensor cannot be read, or there is no number in any of them.</exception>
    public PortReport Run()
    {
        var results = new List<PortResult>();
        foreach (var stage in _dump.Tensors.GroupBy(tensor => tensor.Stage))
        {
            var judged = stage.Select(Judge).ToList();
            results.AddRange(new PortDiagnosis(_dump, _walk, _tolerances, judged).Named());
            _dump.Forget();
        }
        return _holdsNumbers ? new PortReport(_dump, Precision, results) : throw new BadInputException(
            $"{_dump.Dump.Path} holds no number: all tensors that are known are NaN throughout; was the memory dumped before it was filled?");
    }

    private PortResult Judge(PortTensor tensor)
    {
        var (step, scope) = (tensor.Step, tensor.Scope);
        var actual = _dump.Find(step, scope)!.tensor;
        _holdsNumbers = _holdsNumbers || !Array.TrueForAll(actual.ToSingles(), float.IsNaN);
        var truth = Golden(step, scope, ScalarType.Float32);
        var golden = _tolerances.Judge(step, PortTolerances.Golden, actual, truth, () => Golden(step, scope, ScalarType.BFloat16));
        var result = new PortResult { Step = step, Scope = scope, Name = tensor.Name, Verdict = Verdict.Ok, Golden = golden };
        return golden.Agrees ? result with { Worst = Measure(actual, truth) } : JudgeLocally(result, actual);
    }

    private PortResult JudgeLocally(PortResult result, Tensor actual)
    {
        var (step, scope) = (result.Step, result.Scope);
        var run = _walk.Run(step, scope);
        var path = PortPath.To(step, run, _walk, _dump);
        var against = path.IsWhole ? PortTolerances.Local : PortTolerances.Golden;
        var local = _tolerances.Judge(step, against, actual, run.Result.tensor, () => _rounded.Run(step, scope).Result.tensor);
        return result with
        {
            Local = local,
            Worst = Measure(actual, run.Result.tensor),
            Places = Measure(actual, run.Result.tensor) is null ? [] : AxisErrors.Of(step.shape_in(scope), actual, run.Result.tensor),
            Problem = Misshapen(actual, run.Result.tensor),
            Between = path.Between,
            Inputs = path.Inputs,
            Verdict = local.Agrees ? Verdict.Inherited : path.IsWhole ? Verdict.WrongHere : Verdict.NotComputable,
        };
    }

    private Tensor Golden(ArticleStep step, Scope scope, ScalarType dtype) => _golden.Results(dtype)[scope.KeyOf(step)].tensor;

    private static Comparison? Measure(Tensor actual, Tensor expected) =>
        actual.shape.SequenceEqual(expected.shape) ? Comparison.Of(actual, expected) : null;

    private static string? Misshapen(Tensor actual, Tensor expected) => actual.shape.SequenceEqual(expected.shape)
        ? null
        : $"shape {Printable.Shape(actual.shape)}, expected {Printable.Shape(expected.shape)}";
}
