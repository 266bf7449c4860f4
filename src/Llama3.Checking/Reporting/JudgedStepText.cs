using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reporting;

/// <summary>What is said of a judged step, line by line.</summary>
internal static class JudgedStepText
{
    /// <summary>What is said of a step that every port must dump.</summary>
    public const string Missing = "missing, though every port must dump it";

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
            [$"right arithmetic on wrong inputs; {ResultText.Distance(step.Gravest[0])} from the golden{ResultText.Where(step.Gravest)}"],
        Verdict.WrongHere or Verdict.WrongBetween =>
        [
            ResultText.Fault(step.Gravest[0], report) + ResultText.Where(step.Gravest),
            .. step.LooksLike.SelectMany(mistake => LooksLike(mistake, explained)),
            .. step.LooksLike.Count == 0 ? Unexplained(step) : [],
        ],
        _ => [],
    };

    /// <summary>Why a step must not be skipped any longer.</summary>
    public static string InVain(JudgedStep step) =>
        $"{(step.Verdict == Verdict.Ok ? "passes now" : "is not dumped")}: take away --skip {step.Step.id}";

    private static IEnumerable<string> LooksLike(KnownMistake mistake, ISet<KnownMistake> explained) =>
        explained.Add(mistake) ? mistake.Lines : [$"looks like {mistake.Name} again"];

    /// <summary>"; all shifted by -5.8e-4: the same probabilities and the same next token"</summary>
    private static string Shift(JudgedStep step) => step.Results.Select(result => result.Shift).OfType<double>().ToList() is [var shift, ..]
        ? $"; all shifted by {NumberText.Measured(shift)}: the same probabilities, and the same next token"
        : "";

    private static IEnumerable<string> Unexplained(JudgedStep step)
    {
        if (step.Step == ArticleSteps.tokens) { yield return "these are not the ids of prompt.json; other inputs are checked with --case"; }
        if (step.Gravest.Select(result => result.Instead).OfType<string>().FirstOrDefault() is { } instead) { yield return $"this is {instead}"; }
        if (step.Gravest.Any(result => result.OnlyDumped))
        {
            yield return "what follows agrees: the port goes on with other numbers; was another tensor dumped, or after it was changed?";
        }
    }
}
