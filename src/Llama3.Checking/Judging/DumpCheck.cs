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
        var runs = dump.Passes.Prepend(dump).Select(run => Judge(run, tolerances)).ToList();
        try
        {
            var explained = new Diagnosis(runs).Explained();
            var passes = dump.Passes.Zip(explained.Skip(1), (pass, results) => new PortReport(pass, Precision, results, []));
            return new PortReport(dump, Precision, explained[0], [.. passes]);
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }
    }

    private JudgedRun Judge(DumpedRun run, PortTolerances tolerances)
    {
        var right = new Replay(run, tolerances);
        return new JudgedRun(run, right, Judge(run, new ResultJudge(run, tolerances, right)));
    }

    private List<JudgedResult> Judge(DumpedRun dump, ResultJudge judge)
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
        return holdsNumbers ? results : throw new BadInputException(
            $"{dump.Dump.Path} holds no number: all tensors that are known are NaN throughout; was the memory dumped before it was filled?");
    }
}
