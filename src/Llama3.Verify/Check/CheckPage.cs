using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reporting;
using Llama3.Formats.Input;
using Llama3.Verify.Printing;
using Spectre.Console;

namespace Llama3.Verify.Check;

/// <summary>Prints what a check found, for people.</summary>
/// <param name="console">Where to.</param>
/// <param name="outcome">What was found.</param>
/// <param name="explained">Mistakes that have been explained already; each one that is explained here is added.</param>
internal sealed class CheckPage(IAnsiConsole console, Outcome outcome, HashSet<KnownMistake> explained)
{
    private const int ShortRun = 3;
    private const int Indent = 5;
    private const int VerdictWidth = 14;
    private const int VerdictColumn = 3 + 2 + VerdictWidth;
    private const int WideEnough = 110;

    private readonly PortReport _report = outcome.Report;

    /// <summary>A line per step, then the sum. A pass that repeats the prompt or an earlier pass is named in one line, unless all is asked for.</summary>
    public void Show(bool verbose)
    {
        var (dump, golden) = (_report.Dump.Dump, _report.Dump.Golden);
        Line($"[dim]{Markup.Escape(Printable.Line(dump.File))}: {dump.Format}, {ReportText.Tokens(_report)}, {_report.Precision}; " +
             $"{Markup.Escape(Printable.Line(ReportText.Against(golden)))}[/]");
        foreach (var note in ReportText.WhyReference(golden).Concat(_report.Notes)) { Line($"[dim]{Markup.Escape(note)}[/]"); }
        ShowUnreadable(verbose);
        console.WriteLine();
        if (_report.Place.Length > 0) { Line($"[bold]{ReportText.Head(_report)}[/]"); }
        ShowSteps(_report.Steps.Where(step => step.Verdict != Verdict.NotDumped), verbose);
        ShowMissing(verbose);
        ShowPasses(verbose);
        console.WriteLine();
        ShowSum();
        if (outcome.CannotShow is { } unseen) { ShowUnseen(unseen); }
    }

    private void ShowUnseen(CannotShow unseen)
    {
        console.WriteLine();
        Line("[bold]Known mistakes that this prompt and dump cannot show[/]");
        foreach (var line in CannotShowText.Lines(unseen)) { Detail(0, line); }
    }

    private void ShowPasses(bool verbose)
    {
        var all = verbose ? [.. _report.Passes.Prepend(_report).Select(report => new Told(report, []))] : Told.Of(_report);
        foreach (var told in all)
        {
            if (!told.First.IsWhole) { new CheckPage(console, outcome.Of(told.First), explained).ShowPass(verbose); }
            if (told.Again.Count == 0) { continue; }
            console.WriteLine();
            foreach (var line in told.Lines) { Line($"[bold]{line}[/]"); }
        }
    }

    /// <summary>A pass: its coverage in one line, and every step that does not agree.</summary>
    private void ShowPass(bool verbose)
    {
        console.WriteLine();
        Line($"[bold]{ReportText.Head(_report)}[/]; {ReportText.Coverage(_report)}");
        foreach (var note in verbose ? _report.Dump.Notes : _report.Dump.Remarks) { Line($"[dim]{Markup.Escape(note)}[/]"); }
        ShowUnreadable(verbose);
        ShowSteps(_report.Steps.Where(step => step.Verdict != Verdict.NotDumped && (verbose || step.Verdict != Verdict.Ok || step.IsShifted)), verbose);
        ShowUnknown(verbose);
    }

    private void ShowUnreadable(bool verbose)
    {
        var lines = ReportText.Unreadable(_report).ToList();
        foreach (var line in lines.Take(verbose ? int.MaxValue : UnknownText.Few)) { Line($"[red]{Markup.Escape(line)}[/]"); }
        var more = lines.Count - UnknownText.Few;
        if (more > 0 && !verbose) { Line($"[red]… and {more} more that cannot be read; --verbose shows all[/]"); }
    }

    private void ShowSteps(IEnumerable<JudgedStep> steps, bool verbose)
    {
        foreach (var run in Runs(steps))
        {
            var shown = verbose || run.Count <= ShortRun ? run.Count : 1;
            foreach (var step in run.Take(shown)) { ShowStep(step, verbose); }
            var last = run[^1].Step;
            if (shown < run.Count) { Line($"   [dim]… {run.Count - shown} more {run[0].Verdict.InWords()}, to {last.number} {last.id}[/]"); }
        }
    }

    /// <summary>Steps that follow each other and are inherited; every other step stands alone.</summary>
    private static IEnumerable<List<JudgedStep>> Runs(IEnumerable<JudgedStep> steps)
    {
        var run = new List<JudgedStep>();
        foreach (var step in steps)
        {
            if (run.Count > 0 && (step.Verdict != Verdict.Inherited || run[0].Verdict != Verdict.Inherited))
            {
                yield return run;
                run = [];
            }
            run.Add(step);
        }
        if (run.Count > 0) { yield return run; }
    }

    private void ShowStep(JudgedStep step, bool verbose)
    {
        var width = _report.Steps.Where(other => other.Verdict != Verdict.NotDumped).Max(other => other.Step.id.Length) + VerdictColumn;
        var name = step.Step.part_of is null ? $"{step.Step.number,2} {step.Step.id}" : $"   {step.Step.id}";
        var head = $"{name.PadRight(width - VerdictWidth)}[{Colour(step.Verdict)}]{Emphasised(step.Verdict),-VerdictWidth}[/]";
        var lines = JudgedStepText.About(step, _report, explained).ToList();
        var (wide, inline) = (console.Profile.Width >= WideEnough, step.Verdict == Verdict.Ok || console.Profile.Width >= WideEnough);
        var hanging = wide ? width : Indent;
        if (inline) { Hang(head, width, hanging, lines[0]); }
        else { Line(head); }
        foreach (var line in lines.Skip(inline ? 1 : 0)) { Detail(hanging, line); }
        if (verbose) { ShowResults(step, hanging); }
    }

    private void ShowResults(JudgedStep step, int indent)
    {
        foreach (var result in step.Results)
        {
            var distances = ResultText.Distances(result, _report.Dump.Golden.Standard) is { Length: > 0 } found ? $"; {found}" : "";
            Detail(indent, $"{result.Name}: {Emphasised(result.Verdict)}{distances}");
            foreach (var place in ResultText.Places(result)) { Detail(indent + 2, place); }
        }
    }

    private void Detail(int indent, string text) => Hang(new string(' ', indent), indent, indent + 2, text);

    private void ShowMissing(bool verbose)
    {
        var missing = ReportText.NotDumped(_report).ToList();
        if (missing.Count > 0) { Line($"[dim]not dumped: {NumberText.Ranges(missing)} (and 2, which is text)[/]"); }
        ShowUnknown(verbose);
    }

    private void ShowUnknown(bool verbose)
    {
        var most = verbose ? int.MaxValue : UnknownText.Few;
        foreach (var line in UnknownText.Lines(_report, most)) { Line($"[dim]{Markup.Escape(line)}[/]"); }
        if (UnknownText.More(_report, most) is { } more) { Line($"[dim]{more}; --verbose shows all, and --save-names FILE writes them into a file in which --names FILE reads what they are[/]"); }
    }

    private void ShowSum()
    {
        var sum = ReportText.Sum(_report) + ReportText.FirstFault(outcome);
        Line($"[bold {(outcome.Passed ? "green" : "red")}]{Markup.Escape(sum)}[/]");
        foreach (var line in ReportText.AgreesIn(_report)) { Line(line); }
        if (outcome.Skipped.Count > 0) { Line($"skipped: {string.Join(", ", outcome.Skipped.Select(step => step.id))}"); }
        foreach (var complaint in Complaint.Of(outcome)) { Line($"[red]{Markup.Escape(complaint.Text)}[/]"); }
    }

    /// <summary>Text after a head, wrapped at the terminal's width with a hanging indent.</summary>
    private void Hang(string head, int start, int hanging, string text)
    {
        var width = console.Profile.Width;
        foreach (var (row, line) in Wrapped.Lines(text, width - start, width - hanging).Index())
        {
            Line($"{(row == 0 ? head : new string(' ', hanging))}{Markup.Escape(line)}");
        }
    }

    private void Line(string markup) => console.MarkupLine(markup);

    /// <summary>Faults in capitals, so that they catch the eye without colour too.</summary>
    private static string Emphasised(Verdict verdict) =>
        verdict is Verdict.WrongHere or Verdict.WrongBetween ? verdict.InWords().ToUpperInvariant() : verdict.InWords();

    private static string Colour(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "green",
        Verdict.Inherited => "yellow",
        _ => "red",
    };
}
