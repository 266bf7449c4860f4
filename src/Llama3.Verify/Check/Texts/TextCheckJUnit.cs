using System.Xml.Linq;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Reporting;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Check.Texts;

/// <summary>What a check of texts found, as JUnit XML: a test case for each answer, and one for each complaint that is not about one.</summary>
internal static class TextCheckJUnit
{
    private const string Area = "llama3verify.texts";

    /// <summary>Writes all that was found.</summary>
    public static void Write(TextOutcome outcome, ITokenizer tokenizer, TimeSpan time, string? html, Stream file)
    {
        var complaints = TextReportText.Complaints(outcome).Select(complaint => JUnit.Test(Area, complaint.Split(':')[0], JUnit.Failure(complaint)));
        JUnit.Write([.. outcome.Report.Kinds.SelectMany(kind => Cases(kind, outcome, tokenizer)), .. complaints], time, [("html", html)], file);
    }

    private static IEnumerable<XElement> Cases(KindReport kind, TextOutcome outcome, ITokenizer tokenizer)
    {
        var (wrong, named) = (kind.Wrong.ToDictionary(wrong => wrong.Answered), kind.Mistakes.SelectMany(found => found.Together).Select(mistake => $"looks like {mistake}"));
        return kind.Answered.Select(answered => JUnit.Test($"{Area}.{TaskReader.Name(kind.Kind)}", Printable.Text(answered.Task.Id), !wrong.TryGetValue(answered, out var difference) ? null
            : outcome.Skipped.Contains(kind.Kind) ? JUnit.Skipped("known to be wrong: --skip")
            : JUnit.Failure(string.Join('\n', [.. TextReportText.WrongAnswer(difference, tokenizer), .. named]))));
    }
}
