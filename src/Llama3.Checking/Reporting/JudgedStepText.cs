using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reporting;

/// <summary>What is said of a judged step, line by line.</summary>
internal static class JudgedStepText
{
    /// <summary>"16 q_per_token_rotated", or "37 output_after_feedforward, feed_forward_gate"</summary>
    public static string Name(ArticleStep step) =>
        step.part_of is { } whole ? $"{whole.number:00} {whole.id}, {step.id}" : $"{step.number:00} {step.id}";

    /// <summary>The verdict, and what is said of the step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="report">The report that it stands in.</param>
    /// <param name="explained">Mistakes that have been explained already; grows by those of this step.</param>
    public static IEnumerable<string> WithVerdict(JudgedStep step, PortReport report, ISet<KnownMistake> explained)
    {
        var lines = About(step, report, explained).ToList();
        return lines.Count == 0 ? [step.Verdict.InWords()] : [$"{step.Verdict.InWords()}: {lines[0]}", .. lines.Skip(1)];
    }

    /// <summary>What is said of a step beside its verdict, most important first; nothing if it is not dumped.</summary>
    /// <param name="step">The step.</param>
    /// <param name="report">The report that it stands in.</param>
    /// <param name="explained">Mistakes that have been explained already; grows by those of this step.</param>
    public static IEnumerable<string> About(JudgedStep step, PortReport report, ISet<KnownMistake> explained) => step.Verdict switch
    {
        Verdict.Ok => [$"{ResultText.Distance(step.Results.MaxBy(result => result.Deciding.Distance)!)}{ResultText.Where(step.Results)}{Shift(step)}"],
        Verdict.Inherited =>
            [$"right arithmetic on wrong inputs; {ResultText.Distance(step.Gravest[0])} from the {report.Dump.Golden.Standard}{ResultText.Where(step.Gravest)}"],
        Verdict.WrongHere or Verdict.WrongBetween =>
        [
            ResultText.Fault(step.Gravest[0], report) + ResultText.Where(step.Gravest),
            .. Explanations(step, explained),
        ],
        _ => [],
    };

    /// <summary>Why a step must not be skipped any longer.</summary>
    public static string InVain(JudgedStep step) =>
        $"{(step.Verdict == Verdict.Ok ? "passes now" : "is not dumped")}: take away --skip {step.Step.id}";

    /// <summary>"; all shifted by -5.8e-4: the same probabilities and the same next token"</summary>
    private static string Shift(JudgedStep step) => step.Results.Select(result => result.Shift).OfType<double>().ToList() is [var shift, ..]
        ? $"; all shifted by {NumberText.Measured(shift)}: the same probabilities, and the same next token"
        : "";

    /// <summary>What the faults of a step look like. If they do not all look the same, each kind with the layers that it is in.</summary>
    private static IEnumerable<string> Explanations(JudgedStep step, ISet<KnownMistake> explained)
    {
        var common = step.Gravest[0].Causes.Where(cause => step.Gravest.All(result => result.Causes.Contains(cause))).ToList();
        var kinds = step.Gravest.GroupBy(result => string.Join(' ', result.Causes)).ToList();
        if (common.Count > 0 || kinds.Count == 1) { return Explanation(common, [.. step.Gravest], explained); }
        return kinds.SelectMany(kind => InLayers(kind, Explanation(kind.First().Causes, [.. kind], explained)));
    }

    private static IEnumerable<string> InLayers(IEnumerable<JudgedResult> kind, IEnumerable<string> lines) =>
        lines.DefaultIfEmpty("looks like no known mistake").Select((line, row) => row == 0 ? $"{ResultText.Layers(kind)}: {line}" : line);

    private static IEnumerable<string> Explanation(IReadOnlyList<Cause> causes, IReadOnlyList<JudgedResult> faults, ISet<KnownMistake> explained) =>
        causes.Count > 0 ? causes.SelectMany(cause => LooksLike(cause, explained)) : Unexplained(faults);

    private static IEnumerable<string> LooksLike(Cause cause, ISet<KnownMistake> explained) =>
        cause.Mistakes.All(explained.Contains) ? [cause.Again] : Explained(cause, explained);

    private static IEnumerable<string> Explained(Cause cause, ISet<KnownMistake> explained)
    {
        explained.UnionWith(cause.Mistakes);
        return cause.Lines;
    }

    private static IEnumerable<string> Unexplained(IReadOnlyList<JudgedResult> faults)
    {
        if (faults[0].Step == ArticleSteps.tokens) { yield return "these are not the ids of prompt.json; other inputs are checked with --case"; }
        foreach (var cause in faults.SelectMany(result => result.CannotBeToldFrom).DistinctBy(cause => cause.ToString()))
        {
            yield return $"cannot be told from {cause}: too little differs";
        }
        if (faults.Select(result => result.Instead).OfType<string>().FirstOrDefault() is { } instead) { yield return $"this is {instead}"; }
        if (faults.Any(result => result.IsUntried))
        {
            yield return "not all known mistakes were tried: each takes long here; dump more of the steps between, or fewer tokens";
        }
        if (faults.Any(result => result.OnlyDumped))
        {
            yield return "what follows agrees: the port goes on with other numbers; was another tensor dumped, or after it was changed?";
        }
    }
}
