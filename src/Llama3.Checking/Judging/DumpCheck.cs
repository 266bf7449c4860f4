using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Formats.Input;

namespace Llama3.Checking.Judging;

/// <summary>
/// Judges a port's dump: a verdict on every result (<see cref="ResultJudge"/>), then names for the faults (<see cref="Diagnosis"/>),
/// for the prompt and for each pass after it.
/// </summary>
/// <param name="dump">What the port dumped.</param>
/// <param name="precision">What the port computes in; null to find out from its numbers.</param>
internal sealed class DumpCheck(DumpedRun dump, PortPrecision? precision = null)
{
    /// <summary>What the port computes in.</summary>
    public PortPrecision Precision { get; } = precision ?? PrecisionDetection.Detect(dump);

    /// <summary>Called with the share of the tensors that have been judged, from 0 to 1.</summary>
    public Action<double>? Judged { get; init; }

    /// <summary>Judges all that was dumped.</summary>
    /// <exception cref="BadInputException">A tensor cannot be read, or there is no number in any of them.</exception>
    public PortReport Run()
    {
        var tolerances = new PortTolerances(dump.Golden.Model.Manifest, Precision);
        using var replay = new Replay(dump, tolerances);
        var results = Judge(new ResultJudge(dump, tolerances, replay));
        return new PortReport(dump, Precision, [.. new Diagnosis(dump, replay, results).Explained()], Passes());
    }

    private List<PortReport> Passes() => [.. dump.Passes.Select(pass => new DumpCheck(pass, Precision).Run())];

    private List<JudgedResult> Judge(ResultJudge judge)
    {
        var results = new List<JudgedResult>();
        var tensors = dump.Tensors.Where(tensor => dump.Golden.InputOf(tensor.Step, tensor.Scope, ScalarType.Float32) is null).ToList();
        var holdsNumbers = false;
        foreach (var stage in tensors.GroupBy(tensor => tensor.Stage))
        {
            foreach (var tensor in stage)
            {
                results.Add(judge.Judge(tensor));
                holdsNumbers = holdsNumbers || !Array.TrueForAll(dump.Find(tensor.Step, tensor.Scope)!.tensor.ToSingles(), float.IsNaN);
                Judged?.Invoke((double)results.Count / tensors.Count);
            }
            dump.Forget();
        }
        return holdsNumbers || results.Count == 0 ? results : throw new BadInputException(
            $"{dump.Dump.Path} holds no number: all tensors that are known are NaN throughout; was the memory dumped before it was filled?");
    }
}
