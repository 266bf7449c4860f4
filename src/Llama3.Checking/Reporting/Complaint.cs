using Llama3.Checking.Judging;

namespace Llama3.Checking.Reporting;

/// <summary>What keeps a port from passing, apart from the faults of its steps.</summary>
/// <param name="Title">What was asked for: a word, or an option.</param>
/// <param name="Text">What is wrong with it, as one sentence.</param>
/// <param name="Details">What else helps, line by line.</param>
internal sealed record Complaint(string Title, string Text, params IEnumerable<string> Details)
{
    /// <summary>The sentence and the details, each on a line.</summary>
    public string InFull => string.Join('\n', Details.Prepend(Text));

    /// <summary>All that there is.</summary>
    public static IEnumerable<Complaint> Of(Outcome outcome)
    {
        var reports = outcome.Report.Passes.Prepend(outcome.Report).ToList();
        if (outcome.TooLittle)
        {
            yield return new("coverage", $"{TooLittle(outcome.Report)}; --partial if that is meant", NotKnown(outcome.Report));
        }
        if (reports.SelectMany(ReportText.Unreadable).ToList() is { Count: > 0 } unreadable)
        {
            yield return new("cannot be read", $"{unreadable.Count} {(unreadable.Count == 1 ? "result" : "results")} cannot be read; the rest was judged", unreadable);
        }
        if (reports.Exists(report => report.Drifts)) { yield return new("roundings", ReportText.Drift(outcome.Report)); }
        foreach (var step in outcome.SkippedInVain) { yield return new($"--skip {step.Step.id}", $"{step.Step.id} {JudgedStepText.InVain(step)}"); }
        if (outcome.Complete && MissingText.Of(reports) is { Length: > 0 } missing)
        {
            yield return new("--complete", $"missing, though every port must dump them: {missing}");
        }
    }

    /// <summary>"too little was understood: 1 of the 17 steps that every port must dump, expected 7 at least"</summary>
    public static string TooLittle(PortReport report)
    {
        var (golden, found, asked) = (report.Dump.Golden, report.Coverage.Found.Count, report.Coverage.Asked.Count);
        var whose = golden.IsBeforePasses ? "every port must dump" : $"{golden.Name} asks for";
        return $"too little was understood: {found} of the {asked} steps that {whose}, expected {report.Coverage.Enough} at least";
    }

    /// <summary>The names that were not understood, with those that come nearest.</summary>
    public static IEnumerable<string> NotKnown(PortReport report) =>
        UnknownText.More(report) is { } more ? UnknownText.Lines(report).Append(more) : UnknownText.Lines(report);
}
