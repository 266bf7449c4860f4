using Llama3.Checking.Goldens;
using Llama3.Checking.Roundings;

namespace Llama3.Checking.Judging;

/// <summary>Judges again what was judged in float32, now by a reference that rounds as the port does (<see cref="ArithmeticDetection"/>).</summary>
internal static class RoundedJudge
{
    /// <summary>
    /// A fault that the roundings explain is none. What only inherits roundings is ok: all of it if no fault is left, otherwise what comes as
    /// near to its golden as a port in the precision of these roundings.
    /// </summary>
    public static List<JudgedRun> Judge(IReadOnlyList<JudgedRun> runs, PortArithmetic arithmetic)
    {
        var judged = runs.Select(run => run with { Results = [.. Again(run, arithmetic)] }).ToList();
        var isRight = !judged.Exists(run => run.Faults.Any());
        return judged.ConvertAll(run => run with
        {
            Results = [.. run.Results.Select(result => isRight || IsNear(run, arithmetic.Class, result) ? Right(result) : result)],
        });
    }

    /// <summary>The runs, where what inherits roundings is ok if it is as near to its golden as a port in a precision must be.</summary>
    public static List<JudgedRun> Settled(IReadOnlyList<JudgedRun> runs, PortPrecision precision) =>
        [.. runs.Select(run => run with { Results = [.. run.Results.Select(result => IsNear(run, precision, result) ? Right(result) : result)] })];

    private static IEnumerable<JudgedResult> Again(JudgedRun run, PortArithmetic arithmetic)
    {
        using var replay = ArithmeticDetection.ReplayOf(run.Dump, arithmetic);
        var judge = new ResultJudge(run.Dump, ArithmeticDetection.Tolerances(run.Dump, arithmetic), replay);
        return [.. run.Results.Select(result => result.IsFault ? judge.AgainstOwnInputs(result) : result)];
    }

    private static JudgedResult Right(JudgedResult result) =>
        result.Verdict == Verdict.Inherited ? result with { Verdict = Verdict.Ok, Places = [] } : result;

    private static bool IsNear(JudgedRun run, PortPrecision precision, JudgedResult result)
    {
        var goldens = run.Dump.Golden;
        if (result.Verdict != Verdict.Inherited || Expected(ScalarType.Float32) is not { } truth) { return false; }
        var actual = run.Dump.Find(result.Step, result.Scope)!.tensor;
        return new PortTolerances(goldens.Model.Manifest, precision)
            .Judge(result.Step, PortTolerances.Golden, actual, truth, () => Expected(ScalarType.BFloat16)!, () => null)
            .Agrees;

        Tensor? Expected(ScalarType dtype) => goldens.Expected(result.Step, result.Scope, dtype);
    }
}
