using System.Globalization;
using Llama3.Reference;
using Llama3.Reference.Checking;
using Llama3.Reference.Ports;

namespace Llama3.Verify;

/// <summary>Results of a check as sentences.</summary>
internal static class CheckText
{
    /// <summary>What is said of a step, most important first.</summary>
    public static IEnumerable<string> About(PortStep step, PortReport report) => step.Verdict switch
    {
        Verdict.Ok => [$"rel-L2 {Number(step.Results.Max(result => result.Golden.Distance))}{Where(step.Results)}"],
        Verdict.Inherited => [$"right arithmetic on wrong inputs; rel-L2 {Number(step.Gravest[0].Golden.Distance)} from the golden{Where(step.Gravest)}"],
        Verdict.WrongHere or Verdict.NotComputable => [Fault(step.Gravest[0], report) + Where(step.Gravest), .. LooksLike(step.LooksLike)],
        _ => [],
    };

    /// <summary>What is wrong with a result, in one sentence.</summary>
    public static string Fault(PortResult result, PortReport report) =>
        $"{Inputs(result, report)}{result.Problem ?? $"{Worst(result)}; rel-L2 {Number(result.Local!.Distance)}, at most {Number(result.Local.Limit)}"}{Only(result)}";

    /// <summary>"rope_theta is 10000 …", what to do, and where somebody told of it.</summary>
    public static IEnumerable<string> LooksLike(IEnumerable<Pitfall> pitfalls) => pitfalls.SelectMany(pitfall => new[]
    {
        $"looks like: {pitfall.Mistake} ({pitfall.Name})",
        $"fix: {pitfall.Fix}{string.Concat(pitfall.Threads.Select(thread => $"; see {thread}"))}",
    });

    /// <summary>"23 of 42 steps dumped; 1 wrong here, 9 inherited, 13 agree."</summary>
    public static string Coverage(PortReport report)
    {
        var (steps, finer) = (report.Steps.Where(step => step.Step.part_of is null).ToList(), report.Steps.Where(step => step.Step.part_of is not null).ToList());
        var dumped = steps.Count(step => step.Verdict != Verdict.NotDumped);
        string[] counts =
        [
            Count(Verdict.WrongHere, "wrong here"), Count(Verdict.NotComputable, "wrong between"), Count(Verdict.Inherited, "inherited"),
            Count(Verdict.Ok, "agree"),
        ];
        return $"{dumped} of {steps.Count} steps{(finer.Count == 0 ? "" : $" and {finer.Count} finer points")} dumped; {string.Join(", ", counts.Where(count => count.Length > 0))}.";

        string Count(Verdict verdict, string name) => report.Steps.Count(step => step.Verdict == verdict) is > 0 and var count ? $"{count} {name}" : "";
    }

    /// <summary>"step 16, q_per_token_rotated, in layer 0"</summary>
    public static string Place(PortResult result) => result.Step.repeats == Repeats.Once
        ? $"step {result.Step.number}, {result.Step.id}"
        : $"step {result.Step.number}, {result.Step.id}, in {result.Scope}";

    /// <summary>"0, 2–5, 9"</summary>
    public static string Ranges(IEnumerable<int> numbers)
    {
        var runs = new List<(int First, int Last)>();
        foreach (var number in numbers.Distinct().Order())
        {
            if (runs.Count > 0 && runs[^1].Last == number - 1) { runs[^1] = (runs[^1].First, number); }
            else { runs.Add((number, number)); }
        }
        return string.Join(", ", runs.Select(run => run.First == run.Last ? $"{run.First}" : $"{run.First}–{run.Last}"));
    }

    /// <summary>Three digits, as short as they go.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "nan"
        : double.IsInfinity(value) ? "inf"
        : value.ToString(value == 0 || Math.Abs(value) is >= 1e-3 and < 1e5 ? "G3" : "0.##e+0", CultureInfo.InvariantCulture);

    private static string Inputs(PortResult result, PortReport report)
    {
        var missing = result.Between.Where(step => !PortContract.IsFolded(step)).Select(step => step.number).ToList();
        if (missing.Count == 0) { return report.InputsAgree(result) ? "inputs agree; " : "inputs are wrong too; "; }
        var from = result.Inputs.Select(input => input.Step!.number).DefaultIfEmpty(0).Max();
        return $"somewhere after step {from}{(from == 0 ? " (no input is dumped)" : "")}: {Ranges(missing)} not dumped; ";
    }

    private static string Worst(PortResult result)
    {
        var (worst, shape) = (result.Worst!, result.Step.shape_in(result.Scope));
        var index = string.Join(", ", worst.Worst.Zip(AxisErrors.NamesOf(shape).Append("part"), (at, axis) => axis is "dim" or "part" ? $"{at}" : $"{axis} {at}"));
        return $"worst{(index.Length == 0 ? "" : $" at [{index}]")}: {Value(worst.Actual)}, expected {Value(worst.Expected)}";
    }

    /// <summary>Where the error is confined to some heads or tokens.</summary>
    private static string Only(PortResult result) => string.Concat(result.Places.Where(place => place.Axis is "head" or "token").Select(place =>
    {
        var wrong = place.RelL2.Index().Where(error => !(error.Item <= result.Local!.Limit)).Select(error => error.Index).ToList();
        return wrong.Count == 0 || wrong.Count == place.RelL2.Count ? "" : $"; only {place.Axis} {Ranges(wrong)}";
    }));

    private static string Where(IReadOnlyList<PortResult> results) => results[0].Step.repeats == Repeats.Once
        ? ""
        : $"; layer {Ranges(results.Select(result => result.Scope.layer))}{(results.All(result => result.Scope.head is not null) ? ", head 0" : "")}";

    private static string Value(double value) => double.IsFinite(value) ? value.ToString("G5", CultureInfo.InvariantCulture) : Number(value);
}
