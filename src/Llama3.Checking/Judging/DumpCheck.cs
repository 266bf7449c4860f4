using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// Judges a port's dump. Every dumped result is held against its golden; where it differs, the reference computes the step from
/// the port's own inputs: if that agrees with the port, the step is right and the error inherited, otherwise the fault is here.
/// </summary>
internal sealed class DumpCheck
{
    private readonly DumpedRun _dump;
    private readonly PortTolerances _tolerances;
    private readonly Walk _walk;
    private readonly Walk _rounded;
    private bool _holdsNumbers;

    /// <summary>Prepares to judge a dump.</summary>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="precision">What the port computes in; null to find out from its numbers.</param>
    public DumpCheck(DumpedRun dump, PortPrecision? precision = null)
    {
        (_dump, Precision) = (dump, precision ?? PrecisionDetection.Detect(dump));
        _tolerances = new PortTolerances(dump.Golden.Model.Manifest, Precision);
        (_walk, _rounded) = (dump.Walk(ScalarType.Float32), dump.Walk(ScalarType.BFloat16));
    }

    /// <summary>What the port computes in.</summary>
    public PortPrecision Precision { get; }

    /// <summary>Called with the share of the tensors that have been judged, from 0 to 1.</summary>
    public Action<double>? Judged { get; init; }

    /// <summary>Judges all that was dumped.</summary>
    /// <exception cref="BadInputException">A tensor cannot be read, or there is no number in any of them.</exception>
    public PortReport Run()
    {
        var results = new List<JudgedResult>();
        var tensors = _dump.Tensors.Where(tensor => _dump.Golden.InputOf(tensor.Step, tensor.Scope, ScalarType.Float32) is null).ToList();
        foreach (var stage in tensors.GroupBy(tensor => tensor.Stage))
        {
            foreach (var tensor in stage)
            {
                results.Add(Judge(tensor));
                Judged?.Invoke((double)results.Count / tensors.Count);
            }
            _dump.Forget();
        }
        results = [.. new Diagnosis(_dump, _walk, _rounded, _tolerances, results).Explained()];
        return _holdsNumbers ? new PortReport(_dump, Precision, results, Passes()) : throw new BadInputException(
            $"{_dump.Dump.Path} holds no number: all tensors that are known are NaN throughout; was the memory dumped before it was filled?");
    }

    private List<PortReport> Passes() => [.. _dump.Passes.Select(pass => new DumpCheck(pass, Precision).Run())];

    private JudgedResult Judge(DumpedResult tensor)
    {
        var (step, scope) = (tensor.Step, tensor.Scope);
        var actual = _dump.Find(step, scope)!.tensor;
        _holdsNumbers = _holdsNumbers || !Array.TrueForAll(actual.ToSingles(), float.IsNaN);
        var result = new JudgedResult { Step = step, Scope = scope, Name = tensor.Name, Verdict = Verdict.Ok };
        if (Golden(step, scope, ScalarType.Float32) is not { } truth) { return JudgeLocally(result, actual); }
        var golden = _tolerances.Judge(step, PortTolerances.Golden, actual, truth, () => Golden(step, scope, ScalarType.BFloat16)!);
        result = result with { Golden = golden, Worst = Measure(actual, truth) };
        return golden.Agrees ? result : JudgeLocally(result, actual);
    }

    private JudgedResult JudgeLocally(JudgedResult result, Tensor actual)
    {
        var (step, scope) = (result.Step, result.Scope);
        var run = _walk.Run(step, scope);
        var path = InputPath.To(step, run, _walk, _dump);
        var against = path.IsWhole ? PortTolerances.Local : PortTolerances.Golden;
        var local = _tolerances.Judge(step, against, actual, run.Result.tensor, () => _rounded.Run(step, scope).Result.tensor);
        var expected = local.Agrees && Golden(step, scope, ScalarType.Float32) is { } truth ? truth : run.Result.tensor;
        return result with
        {
            Local = local,
            Worst = Measure(actual, expected),
            Places = actual.shape.SequenceEqual(expected.shape) ? Places(step, scope, actual, expected) : [],
            Problem = Misshapen(actual, expected),
            Between = path.Between,
            Inputs = path.Inputs,
            Verdict = !local.Agrees ? path.IsWhole ? Verdict.WrongHere : Verdict.WrongBetween
                : result.Golden is null ? Verdict.Ok
                : Verdict.Inherited,
        };
    }

    /// <summary>Null where the case has none.</summary>
    private Tensor? Golden(ArticleStep step, Scope scope, ScalarType dtype) =>
        _dump.Golden.Results(dtype).TryGetValue(scope.KeyOf(step), out var golden) ? golden.tensor : null;

    /// <summary>In the stacked heads, a head is a part of the last axis.</summary>
    private IReadOnlyList<AxisErrors> Places(ArticleStep step, Scope scope, Tensor actual, Tensor expected)
    {
        if (step != ArticleSteps.stacked_qkv_attention) { return AxisErrors.Of(step.shape_in(scope), actual, expected); }
        long[] heads = [actual.shape[0], _dump.Checkpoint.Params.n_heads, -1];
        return AxisErrors.Of(new Shape("T n_heads head_dim"), actual.reshape(heads), expected.reshape(heads));
    }

    private static Comparison? Measure(Tensor actual, Tensor expected) =>
        actual.shape.SequenceEqual(expected.shape) ? Comparison.Of(actual, expected) : null;

    private static string? Misshapen(Tensor actual, Tensor expected) => actual.shape.SequenceEqual(expected.shape)
        ? null
        : $"shape {Printable.Shape(actual.shape)}, expected {Printable.Shape(expected.shape)}";
}
