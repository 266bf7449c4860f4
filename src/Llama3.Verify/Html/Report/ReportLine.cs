using System.Text.RegularExpressions;

namespace Llama3.Verify.Html.Report;

/// <summary>A line of what is said of a fault.</summary>
/// <param name="Label">"fix", "see", "expected"; empty for a sentence that stands alone.</param>
/// <param name="Text">What is said; empty if there are links.</param>
/// <param name="Links">Addresses of threads.</param>
public sealed partial record ReportLine(string Label, string Text, IReadOnlyList<string> Links)
{
    private const string Threads = "https://github.com/";

    /// <summary>Takes a line of the report in text apart.</summary>
    internal static ReportLine Of(string line)
    {
        if (Labelled().Match(line) is not { Success: true } found) { return new("", line, []); }
        var (label, text) = (found.Groups[1].Value, found.Groups[2].Value);
        var links = text.Split(", ");
        return label == "see" && Array.TrueForAll(links, link => link.StartsWith(Threads, StringComparison.Ordinal)) ? new(label, "", links) : new(label, text, []);
    }

    /// <summary>"rasbt/LLMs-from-scratch/issues/747"</summary>
    internal static string Short(string link) => link[Threads.Length..];

    [GeneratedRegex("^ *(fix|see|mistake|expected|answered) {2,}(.+)$", RegexOptions.Singleline)]
    private static partial Regex Labelled();
}
