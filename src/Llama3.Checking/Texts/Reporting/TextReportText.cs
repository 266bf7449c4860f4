using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Reporting;

/// <summary>The sentences of a report on texts.</summary>
internal static class TextReportText
{
    /// <summary>"agrees, 172 answers", "WRONG, 46 of 172 answers", "not answered".</summary>
    public static string Verdict(KindReport kind) => kind switch
    {
        { IsAnswered: false } => "not answered",
        { Passed: true } => $"agrees, {Count(kind.Answered.Count, "answer")}",
        _ => $"WRONG, {kind.Wrong.Count} of {Count(kind.Answered.Count, "answer")}",
    };

    /// <summary>What else is to be said of a kind: its mistakes, the first difference, and what is no fault.</summary>
    /// <param name="kind">What was found.</param>
    /// <param name="tokenizer">The tokenizer by which it was judged.</param>
    /// <param name="explained">Mistakes that were explained before, which need no more than their names; those that are explained here are added.</param>
    public static IEnumerable<string> About(KindReport kind, ITokenizer tokenizer, HashSet<TextMistake> explained) =>
    [
        .. kind.Mistakes.SelectMany(found => Mistakes(found, kind, explained)),
        .. Unexplained(kind),
        .. kind.Wrong.Count(wrong => wrong.Answered.IsError) is > 0 and var errors ? [$"the port says that it could not do {errors} of the tasks"] : Array.Empty<string>(),
        .. kind.Wrong is [var first, ..] ? WrongAnswer(first, tokenizer) : [],
        .. kind.Ways.Select(way => way.Note),
        .. kind.IsAnswered && kind.Unanswered.Count > 0 ? [$"not answered: {Listed(kind.Unanswered)}"] : Array.Empty<string>(),
    ];

    /// <summary>A wrong answer: the task, where it differs, and how.</summary>
    public static IEnumerable<string> WrongAnswer(WrongAnswer wrong, ITokenizer tokenizer)
    {
        string[] difference = [.. Difference.Of(wrong, tokenizer).Lines];
        return difference.Length > 2
            ? [$"{Formats.Input.Printable.Text(wrong.Answered.Task.Id)} {difference[0]}", .. difference.Skip(1).Select(line => $"   {line}")]
            : [Formats.Input.Printable.Text(wrong.Answered.Task.Id), .. difference.Select(line => $"   {line}")];
    }

    /// <summary>The whole in one sentence.</summary>
    public static string Sum(TextReport report)
    {
        var (wrong, answered) = (report.Kinds.Sum(kind => kind.Wrong.Count), report.Kinds.Sum(kind => kind.Answered.Count));
        var unanswered = report.Kinds.Sum(kind => kind.Unanswered.Count);
        var rest = unanswered > 0 ? $" {Count(unanswered, "task")} of the list {(unanswered == 1 ? "is" : "are")} not answered." : "";
        return wrong == 0
            ? $"{(answered == 1 ? "1 answer agrees" : $"All {answered} answers agree")}.{rest}"
            : $"{wrong} of {Count(answered, "answer")} {(wrong == 1 ? "is" : "are")} wrong, in {string.Join(", ", report.Kinds.Where(kind => !kind.Passed).Select(kind => TaskReader.Name(kind.Kind)))}.{rest}";
    }

    /// <summary>What keeps the port from passing, apart from wrong answers.</summary>
    public static IEnumerable<string> Complaints(TextOutcome outcome) =>
    [
        .. outcome.SkippedInVain.Select(kind => $"--skip {TaskReader.Name(kind)}: it is not wrong{(outcome.Report.Kinds.Single(report => report.Kind == kind).IsAnswered ? "; leave the option out" : ", nothing of it was answered")}"),
        .. outcome is { Complete: true, Unanswered: > 0 } ? [$"--complete: {Count(outcome.Unanswered, "task")} of the list not answered: {Listed([.. outcome.Report.Kinds.SelectMany(kind => kind.Unanswered)])}"] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Mistakes(FoundMistake found, KindReport kind, HashSet<TextMistake> explained)
    {
        var share = found.Explained < kind.Wrong.Count(wrong => !wrong.Answered.IsError) ? $" (in {found.Explained} of the {kind.Wrong.Count})" : "";
        TextMistake[] certain = [.. found.Together.SkipLast(found.Others.Count > 0 ? 1 : 0)];
        IEnumerable<string> alternatives = found.Others.Count == 0 ? []
            : [$"looks like one of these, which give the same answers{share}:", .. found.Others.Prepend(found.Together[^1]).Select(mistake => $"   {mistake}")];
        return [.. certain.SelectMany(mistake => explained.Add(mistake) ? Lines(mistake, share) : [$"looks like {mistake.Name}{share}, as above"]), .. alternatives];
    }

    private static IEnumerable<string> Lines(TextMistake mistake, string share) =>
    [
        $"looks like {mistake}{share}",
        $"fix        {mistake.Fix}",
        .. mistake.Threads.Count == 0 ? [] : new[] { $"see        {string.Join(", ", mistake.Urls)}" },
    ];

    private static IEnumerable<string> Unexplained(KindReport kind) => kind switch
    {
        { Unexplained: 0 } => [],
        _ when kind.Wrong.All(wrong => wrong.Answered.IsError || wrong.Answered.Size > KindJudge.Longest) => [$"known mistakes are not tried on tasks of more than {KindJudge.Longest:N0} letters or scores"],
        { Mistakes.Count: 0 } => ["no known mistake gives these answers"],
        _ => [$"{kind.Unexplained} more {(kind.Unexplained == 1 ? "is" : "are")} given by no known mistake"],
    };

    private static string Listed(IReadOnlyList<TextTask> tasks)
    {
        const int Few = 5;
        var shown = string.Join(", ", tasks.Take(Few).Select(task => task.Id));
        return tasks.Count > Few ? $"{shown} and {tasks.Count - Few} more" : shown;
    }

    private static string Count(int count, string word) => count == 1 ? $"1 {word}" : $"{count} {word}s";
}
