using Llama3.Formats.Input;

namespace Llama3.Verify.Html.Report;

/// <summary>The report on a dump, or on something else, that cannot be used.</summary>
internal static class UnusablePage
{
    /// <summary>The text of the file.</summary>
    /// <param name="message">Why it cannot be used.</param>
    /// <param name="what">What was to be judged.</param>
    /// <param name="commandLine">How to run the check again.</param>
    public static string Text(string message, string what, string commandLine) => HtmlText.Of<ReportFrame>(
        (nameof(ReportFrame.Head), new HeadView($"the {what}", null, Printable.Line(message))),
        (nameof(ReportFrame.CommandLine), commandLine));
}
