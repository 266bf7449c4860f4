using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Reference;

namespace Llama3.Checking.Reporting;

/// <summary>What is said of a report.</summary>
internal static class ReportText
{
    /// <summary>"23 of 42 steps dumped; 1 wrong here, 9 inherited, 13 ok."</summary>
    public static string Coverage(PortReport report)
    {
        var (steps, finer) = (ArticleSteps.all.Count, report.Steps.Count(step => step.Step.part_of is not null));
        var dumped = report.Steps.Count(step => step.Step.number <= steps && step.Step.part_of is null && step.Verdict != Verdict.NotDumped);
        var cache = report.Steps.Count(step => step.Step.number > steps);
        Verdict[] verdicts = [Verdict.WrongHere, Verdict.WrongBetween, Verdict.Inherited, Verdict.Ok];
        var counts = verdicts.Select(verdict => (verdict, Count: report.Steps.Count(step => step.Verdict == verdict)))
            .Where(found => found.Count > 0)
            .Select(found => $"{found.Count} {found.verdict.InWords()}");
        return $"{dumped} of {steps} steps{(finer == 0 ? "" : $"{(cache == 0 ? " and" : ",")} {finer} finer points")}"
            + $"{(cache == 0 ? "" : $" and {cache} of the cache")} dumped; {string.Join(", ", counts)}.";
    }

    /// <summary>The prompt's coverage, and how many passes agree.</summary>
    public static string Sum(PortReport report)
    {
        var passes = report.Passes;
        return Coverage(report) + (passes.Count == 0 ? "" : $" {passes.Count} {(passes.Count == 1 ? "pass" : "passes")} after the prompt, "
            + $"{passes.Count(pass => pass.Agrees)} agree.");
    }

    /// <summary>"decode.0: " in a pass; nothing where the prompt is meant.</summary>
    public static string Pass(PortReport report) => report.Dump.Golden.IsPass ? $"{report.Dump.Golden.Name}: " : "";

    /// <summary>"decode.0: 1 token at position 17", or "decode.1: 5 tokens at the positions 18–22"</summary>
    public static string Head(PortReport pass)
    {
        var (first, count) = (pass.Dump.Golden.Kept, pass.Dump.Tokens);
        return $"{Pass(pass)}{(count == 1 ? $"1 token at position {first}" : $"{count} tokens at the positions {first}–{first + count - 1}")}";
    }

    /// <summary>What is said of a report in which results differ although no step is at fault.</summary>
    public static string Drift(PortReport report) =>
        $"no step is at fault: roundings have added up; is {report.Precision} what the port computes in?";

    /// <summary>
    /// Why a report does not agree: every fault in the prompt and in the passes after it, in the order of computation, and what only
    /// inherits them.
    /// </summary>
    public static IEnumerable<string> Disagreement(PortReport report)
    {
        var (all, explained) = (report.Passes.Prepend(report).ToList(), new HashSet<KnownMistake>());
        var count = all.Sum(one => one.Steps.Count(step => step.IsFault));
        return [.. count == 0 ? Array.Empty<string>() : [count == 1 ? "one step is at fault:" : $"{count} steps are at fault:"],
            .. all.SelectMany(one => Disagreement(one, explained))];
    }

    /// <summary>A line for each result that cannot be read.</summary>
    public static IEnumerable<string> Unreadable(PortReport report) =>
        report.Dump.Unreadable.Select(result => $"{Pass(report)}cannot be read: {result}");

    private static IEnumerable<string> Disagreement(PortReport report, HashSet<KnownMistake> explained)
    {
        if (report.Drifts) { return [.. Unreadable(report), Pass(report) + Drift(report)]; }
        var inherited = report.Steps.Where(step => step.Verdict == Verdict.Inherited).Select(step => step.Step.id).ToList();
        return
        [
            .. Unreadable(report),
            .. report.Steps.Where(step => step.IsFault).SelectMany(step => Fault(step, report, explained)),
            .. inherited.Count == 0 ? Array.Empty<string>() : [$"{Pass(report)}right arithmetic on wrong inputs: {string.Join(", ", inherited)}"],
        ];
    }

    private static IEnumerable<string> Fault(JudgedStep step, PortReport report, HashSet<KnownMistake> explained)
    {
        yield return $"{Pass(report)}{step.Step}";
        yield return $"wrong in {Names(step.Gravest.Select(result => result.Name))}";
        foreach (var line in JudgedStepText.WithVerdict(step, report, explained)) { yield return line; }
        if (step.Gravest[0].Unseen is { Count: > 0 } unseen)
        {
            yield return $"the fault may also lie in what is not dumped before it: {Names(unseen.Select(input => input.Name))}";
        }

        string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => report.Dump.Golden.Prefix + name));
    }
}
