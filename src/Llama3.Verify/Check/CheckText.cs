using System.Globalization;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Check;

/// <summary>Results of a check as sentences.</summary>
internal static class CheckText
{
    private const int FewEnough = 32;
    private const int WorstShown = 6;

    /// <summary>What is said of a step, most important first.</summary>
    /// <param name="step">The step.</param>
    /// <param name="report">The report that it stands in.</param>
    /// <param name="explained">Mistakes that have been explained already; grows by those of this step.</param>
    public static IEnumerable<string> About(JudgedStep step, PortReport report, ISet<KnownMistake> explained) => step.Verdict switch
    {
        Verdict.Ok => [$"{Distance(step.Results.MaxBy(result => result.Deciding.Distance)!)}{Where(step.Results)}"],
        Verdict.Inherited => [$"right arithmetic on wrong inputs; {Distance(step.Gravest[0])} from the golden{Where(step.Gravest)}"],
        Verdict.WrongHere or Verdict.WrongBetween =>
        [
            Fault(step.Gravest[0], report) + Where(step.Gravest),
            .. step.LooksLike.SelectMany(mistake => LooksLike(mistake, explained)),
            .. step.LooksLike.Count == 0 ? Unexplained(step) : [],
        ],
        _ => [],
    };

    private static IEnumerable<string> Unexplained(JudgedStep step)
    {
        if (step.Step == ArticleSteps.tokens) { yield return "these are not the ids of prompt.json; other inputs are checked with --case"; }
        if (step.Gravest.Select(result => result.Instead).OfType<string>().FirstOrDefault() is { } instead) { yield return $"this is {instead}"; }
        if (step.Gravest.Any(result => result.OnlyDumped))
        {
            yield return "what follows agrees: the port goes on with other numbers; was another tensor dumped, or after it was changed?";
        }
    }

    /// <summary>What is wrong with a result, in one sentence.</summary>
    public static string Fault(JudgedResult result, PortReport report) =>
        $"{Inputs(result, report)}{result.Problem ?? Worst(result)}{Only(result)}";

    /// <summary>"rope_theta is 10000 …", what to do, and where somebody told of it.</summary>
    private static IEnumerable<string> LooksLike(KnownMistake mistake, ISet<KnownMistake> explained)
    {
        if (!explained.Add(mistake)) { return [$"looks like {mistake.Name} again"]; }
        var threads = mistake.Threads.Count == 0 ? "" : $"; see {string.Join(", ", mistake.Threads)}";
        return [$"looks like {mistake.Name}: {mistake.Mistake}", $"fix: {mistake.Fix}{threads}"];
    }

    /// <summary>What is said of a step that --complete demands.</summary>
    public const string Missing = "missing, though every port must dump it";

    /// <summary>Why a step must not be skipped any longer.</summary>
    public static string InVain(JudgedStep step) => $"{(step.Verdict == Verdict.Ok ? "passes now" : "is not dumped")}: take away --skip {step.Step.id}";

    /// <summary>"23 of 42 steps dumped; 1 wrong here, 9 inherited, 13 agree."</summary>
    public static string Coverage(PortReport report)
    {
        var (steps, finer) = (ArticleSteps.all.Count, report.Steps.Count(step => step.Step.part_of is not null));
        var dumped = report.Steps.Count(step => step.Step.number <= steps && step.Step.part_of is null && step.Verdict != Verdict.NotDumped);
        var cache = report.Steps.Count(step => step.Step.number > steps);
        string[] counts =
        [
            Count(Verdict.WrongHere, "wrong here"), Count(Verdict.WrongBetween, "wrong between"), Count(Verdict.Inherited, "inherited"),
            Count(Verdict.Ok, "agree"),
        ];
        var found = string.Join(", ", counts.Where(count => count.Length > 0));
        return $"{dumped} of {steps} steps{(finer == 0 ? "" : $" and {finer} finer points")}"
            + $"{(cache == 0 ? "" : $" and {cache} of the cache")} dumped; {found}.";

        string Count(Verdict verdict, string name) =>
            report.Steps.Count(step => step.Verdict == verdict) is > 0 and var count ? $"{count} {name}" : "";
    }

    /// <summary>The prompt's coverage, and of how many passes agree.</summary>
    public static string Sum(Outcome outcome)
    {
        var passes = outcome.Report.Passes;
        return Coverage(outcome.Report)
            + (passes.Count == 0 ? "" : $" {passes.Count} {(passes.Count == 1 ? "pass" : "passes")} behind the prompt, "
                + $"{passes.Count(pass => pass.Agrees)} agree.");
    }

    /// <summary>"step 16, q_per_token_rotated, in layer 0"</summary>
    public static string Place(JudgedResult result) => (result.Step.part_of is { } step
        ? $"{result.Step.id}, inside step {step.number}, {step.id}"
        : $"step {result.Step.number}, {result.Step.id}") + (result.Layer is { } layer ? $", in layer {layer}" : "");

    /// <summary>"decode.0: " in a pass; nothing where the prompt is meant.</summary>
    public static string Pass(PortReport report) => report.Dump.Golden.IsPass ? $"{report.Dump.Golden.Name}: " : "";

    /// <summary>"decode.0: 1 token at position 17", or "5 tokens at the positions 18–22"</summary>
    public static string Head(PortReport pass)
    {
        var (first, count) = (pass.Dump.Golden.Kept, pass.Dump.Tokens);
        return $"{Pass(pass)}{(count == 1 ? $"1 token at position {first}" : $"{count} tokens at the positions {first}–{first + count - 1}")}";
    }

    /// <summary>"16 q_per_token_rotated", or "37 output_after_feedforward, feed_forward_gate"</summary>
    public static string Name(ArticleStep step) =>
        step.part_of is { } whole ? $"{whole.number:00} {whole.id}, {step.id}" : $"{step.number:00} {step.id}";

    /// <summary>"by token: 0 0.12 0.34", or only the worst of many.</summary>
    public static string Along(AxisErrors place)
    {
        if (place.RelL2.Count <= FewEnough) { return $"by {place.Axis}: {string.Join(' ', place.RelL2.Select(Measured))}"; }
        var worst = place.RelL2.Index().OrderByDescending(error => error.Item).Take(WorstShown);
        return $"by {place.Axis}, worst of {place.RelL2.Count}: {string.Join(", ", worst.Select(error => $"{error.Index}: {Measured(error.Item)}"))}";
    }

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
    public static string Number(double value) => Number(value, small: "0.##e+0");

    /// <summary>Three digits, as short as they go, but with one behind the point where there is a power of ten.</summary>
    public static string Measured(double value) => Number(value, small: "0.0#e+0");

    private static string Number(double value, string small) => double.IsNaN(value) ? "nan"
        : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf"
        : value.ToString(value == 0 || Math.Abs(value) is >= 1e-3 and < 1e5 ? "G3" : small, CultureInfo.InvariantCulture);

    private static string Inputs(JudgedResult result, PortReport report)
    {
        if (result.Unseen.Count == 0) { return report.InputsAgree(result) ? "inputs agree; " : "inputs are wrong too; "; }
        if (result.Inputs.Count == 0) { return "no input is dumped; "; }
        var last = result.Inputs.MaxBy(input => (input.Scope.layer, Aliases.Position(input.Step!)))!;
        var from = last.Scope.layer == result.Scope.layer ? $"{last.Step!.number}" : $"{last.Step!.number} of layer {last.Scope.layer}";
        var unseen = result.Unseen.Where(input => input.Scope.layer == result.Scope.layer).Select(input => input.Step!).Distinct().ToList();
        var misshapen = unseen.FindAll(step => report.Results.Any(found => found.Step == step && found.Layer == result.Layer))
            .ConvertAll(step => step.number);
        var missing = unseen.ConvertAll(step => step.number).Except(misshapen).ToList();
        var other = misshapen.Count == 0 ? "" : $"{Ranges(misshapen)} of another number of keys; ";
        return missing.Count == 0
            ? $"after step {from}; {(other.Length > 0 ? other : "what lies between is not dumped; ")}"
            : $"after step {from}; {Ranges(missing)} {(missing.Count == 1 ? "is" : "are")} not dumped; {other}";
    }

    private static string Worst(JudgedResult result)
    {
        var (worst, place) = (result.Worst!, AxisErrors.Place(result.Step.shape_in(result.Scope), result.Worst!.Worst));
        var values = $"{Value(worst.Actual)}, expected {Value(worst.Expected)}";
        return worst.Worst.Count == 0 ? values : IsWhole(result)
            ? $"first at {place}: {values}"
            : $"worst at {place}: {values}; {Distance(result)}, at most {Number(result.Deciding.Limit)}";
    }

    private static string Distance(JudgedResult result) => IsWhole(result)
        ? result.Verdict == Verdict.Ok ? "equal" : "differs"
        : double.IsNaN(result.Deciding.Distance) ? "another shape" : $"rel-L2 {Measured(result.Deciding.Distance)}";

    private static bool IsWhole(JudgedResult result) => result.Step.dtype == ScalarType.Int64;

    /// <summary>Where the error is confined to some heads or tokens.</summary>
    private static string Only(JudgedResult result) =>
        string.Concat(AxisErrors.Confined(result.Places, result.Deciding.Limit).Select(place => $"; only {place.Axis} {Ranges(place.Indexes)}"));

    private static string Where(IReadOnlyList<JudgedResult> results)
    {
        var layers = results.Select(result => result.Layer).OfType<int>().Distinct().ToList();
        var head = results.All(result => result.Head is not null) ? $", head {results[0].Head}" : "";
        return layers.Count == 0 ? "" : $"; layer{(layers.Count == 1 ? "" : "s")} {Ranges(layers)}{head}";
    }

    private static string Value(double value) => double.IsFinite(value) ? value.ToString("G5", CultureInfo.InvariantCulture) : Number(value);
}
