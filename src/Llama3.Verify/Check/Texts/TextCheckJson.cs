using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Reporting;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Check.Texts;

/// <summary>What a check of texts found, as JSON; fixtures/check-texts.schema.json describes it.</summary>
internal static class TextCheckJson
{
    /// <summary>The version of the schema.</summary>
    private const int Format = 1;

    /// <summary>The result for answers that cannot be used.</summary>
    public static string Error(string message, string? html) => Json.Text(new { Format, Passed = false, Error = message, Html = html });

    /// <summary>All that was found.</summary>
    public static string Text(TextOutcome outcome, ITokenizer tokenizer, string? html) => Json.Text(new
    {
        Format,
        Answers = outcome.File,
        outcome.Vocabulary,
        outcome.Passed,
        Summary = TextReportText.Sum(outcome.Report),
        Kinds = outcome.Report.Kinds.Select(kind => Kind(kind, tokenizer)),
        outcome.Complete,
        Skipped = outcome.Skipped.Select(TaskReader.Name),
        SkippedInVain = outcome.SkippedInVain.Select(TaskReader.Name),
        Html = html,
    });

    private static object Kind(KindReport kind, ITokenizer tokenizer) => new
    {
        Kind = TaskReader.Name(kind.Kind),
        kind.Passed,
        Answered = kind.Answered.Count,
        Unanswered = kind.Unanswered.Select(task => task.Id),
        Wrong = kind.Wrong.Select(wrong => Wrong(wrong, tokenizer)),
        LooksLike = kind.Mistakes.Select(Found),
        kind.Unexplained,
        Notes = kind.Ways.Select(way => way.Note),
    };

    private static object Wrong(WrongAnswer wrong, ITokenizer tokenizer)
    {
        var difference = Difference.Of(wrong, tokenizer);
        return new { wrong.Answered.Task.Id, difference.Place, difference.Expected, difference.Answered };
    }

    private static object Found(FoundMistake found) => new
    {
        Mistakes = found.Together.Select(Mistake),
        OrInsteadOfTheLast = found.Others.Select(Mistake),
        found.Explained,
    };

    private static object Mistake(TextMistake mistake) => new { mistake.Name, mistake.Mistake, mistake.Fix, mistake.Threads };
}
