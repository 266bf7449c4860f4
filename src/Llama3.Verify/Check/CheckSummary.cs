using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reporting;
using Llama3.Formats.Input;

namespace Llama3.Verify.Check;

/// <summary>What a check found, as the page that GitHub Actions shows for a run: in Markdown, and short.</summary>
internal static class CheckSummary
{
    /// <summary>The heading.</summary>
    public const string Title = "## llama3verify check";

    /// <summary>The file that GitHub Actions shows; null elsewhere.</summary>
    private static string? File => Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } file ? file : null;

    /// <summary>The verdict, the sum, and a row for each step at fault.</summary>
    /// <param name="outcome">What was found.</param>
    /// <param name="html">The file with the pictures, as given; null if there is none.</param>
    public static string Text(Outcome outcome, string? html)
    {
        var explained = new HashSet<KnownMistake>();
        var rows = Told.Of(outcome.Report).SelectMany(told => outcome.Of(told.First).Faults.Select(step => Row(step, told, explained))).ToList();
        string[] table = rows.Count == 0 ? [] : ["", "| step | verdict | |", "| --- | --- | --- |", .. rows];
        return string.Join('\n', [
            $"{Title}: {(outcome.Passed ? "passes" : "fails")}", "",
            Escaped(ReportText.Sum(outcome.Report) + ReportText.FirstFault(outcome)),
            .. Complaint.Of(outcome).SelectMany(complaint => complaint.InFull.Split('\n')).Select(line => $"\n{Escaped(line)}"),
            .. table, .. Page(html)]) + "\n";
    }

    /// <summary>Where the report with pictures is; nothing if there is none.</summary>
    public static IEnumerable<string> Page(string? html) => html is null ? [] : ["", $"The report with pictures: {Escaped(Printable.Line(html))}"];

    /// <summary>The page for a dump, or for something else, that cannot be used.</summary>
    public static string Error(string message, string what, string? html) =>
        string.Join('\n', [$"{Title}: the {what} cannot be used", "", Escaped(message), .. Page(html)]) + "\n";

    /// <summary>Adds a text to what GitHub Actions shows of the job; does nothing elsewhere.</summary>
    /// <exception cref="BadInputException">The file cannot be written.</exception>
    public static void Append(string text)
    {
        if (File is { } file) { FileGuard.Write($"$GITHUB_STEP_SUMMARY \"{file}\"", () => System.IO.File.AppendAllText(file, text)); }
    }

    private static string Row(JudgedStep step, Told told, HashSet<KnownMistake> explained)
    {
        var about = JudgedStepText.About(step, told.First, explained).Concat(told.Lines);
        return $"| {ReportText.Pass(told.First)}{JudgedStepText.Name(step.Step)} | {step.Verdict.InWords()} | {string.Join("<br>", about.Select(Escaped))} |";
    }

    /// <summary>Text in which Markdown sees nothing but text, in a cell of a table too.</summary>
    public static string Escaped(string text) => string.Concat(text.Select(letter => letter switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '|' or '*' or '`' or '[' or ']' or '~' or '\\' => $"\\{letter}",
        '\n' or '\r' => " ",
        _ => $"{letter}",
    }));
}
