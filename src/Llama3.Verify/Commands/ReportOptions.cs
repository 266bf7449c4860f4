using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Llama3.Formats.Input;
using Llama3.Verify.Check;
using Llama3.Verify.Html.Report;
using Llama3.Verify.Printing;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Commands;

/// <summary>In which forms "check" tells what it found.</summary>
internal static class ReportOptions
{
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show every layer, and where its error is: by head, by token, by dimension. With --texts: every wrong answer.",
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    public static Option<string?> JUnit { get; } = new("--junit")
    {
        Description = "Write the result as JUnit XML too.",
        HelpName = "FILE",
    };

    public static Option<string?> Html { get; } = new("--html")
    {
        Description = "Write the result as a page for a browser too, with pictures of what is wrong.",
        HelpName = "FILE",
    };

    public static Option<bool> GitHub { get; } = new("--github")
    {
        Description = "Print annotations for GitHub Actions too, and append a summary to $GITHUB_STEP_SUMMARY.",
    };

    /// <summary>Judges, and tells what was found in all forms that were asked for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="what">What is judged, in messages.</param>
    /// <param name="path">Its path, which no report may take the place of; null for standard input.</param>
    /// <param name="error">The JSON for what cannot be used, and the page of <see cref="Html"/>.</param>
    /// <param name="judge">Judges.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="BadInputException">It throws this for what cannot be used, after that was told in all forms.</exception>
    public static int Report(ParseResult arguments, string what, string? path, Func<string, string?, string> error, Func<CheckReport> judge)
    {
        var html = arguments.GetValue(Html);
        using var junit = File(JUnit, arguments, path);
        using var page = File(Html, arguments, path);
        var clock = Stopwatch.StartNew();
        try
        {
            var report = judge();
            junit?.Write(stream => report.WriteJUnit(clock.Elapsed, html, stream));
            page?.Write(stream => stream.Write(Encoding.UTF8.GetBytes(report.Html(CommandLine(arguments)))));
            Print(report, arguments);
            return report.Passed ? ExitCode.Success : ExitCode.Differs;
        }
        catch (BadInputException unusable)
        {
            junit?.Write(stream => CheckJUnit.WriteError(unusable.Message, what, clock.Elapsed, html, stream));
            page?.Write(stream => stream.Write(Encoding.UTF8.GetBytes(UnusablePage.Text(unusable.Message, what, CommandLine(arguments)))));
            if (arguments.GetValue(Json)) { Console.Out.WriteLine(error(unusable.Message, html)); }
            if (arguments.GetValue(GitHub))
            {
                CheckGitHub.WriteError(unusable.Message, Annotations(arguments));
                CheckSummary.Append(CheckSummary.Error(unusable.Message, what, html));
            }
            throw;
        }
    }

    private static ReportFile? File(Option<string?> option, ParseResult arguments, string? path) =>
        arguments.GetValue(option) is { } file ? new ReportFile(option.Name, file, path) : null;

    private static string CommandLine(ParseResult arguments) => ShellWords.Of(arguments.Tokens.Select(token => token.Value).Prepend("llama3verify"));

    private static void Print(CheckReport report, ParseResult arguments)
    {
        var (console, forGitHub) = (Terminal.Create(), arguments.GetValue(GitHub));
        if (forGitHub) { CheckSummary.Append(report.Summary(arguments.GetValue(Html))); }
        if (arguments.GetValue(Json)) { Console.Out.WriteLine(report.Json(arguments.GetValue(Html))); }
        else { report.Show(console, arguments.GetValue(Verbose)); }
        if (forGitHub) { report.WriteAnnotations(Annotations(arguments)); }
    }

    /// <summary>With --json, standard output holds the JSON alone.</summary>
    private static TextWriter Annotations(ParseResult arguments) => arguments.GetValue(Json) ? Console.Error : Console.Out;
}
