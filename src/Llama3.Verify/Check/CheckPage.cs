using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reporting;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;
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
    private const int MostUnknown = 3;
    private const int Indent = 5;
    private const int VerdictWidth = 14;
    private const int VerdictColumn = 3 + 2 + VerdictWidth;
    private const int WideEnough = 110;

    private readonly PortReport _report = outcome.Report;

    /// <summary>A line per step, then the sum.</summary>
    public void Show(bool verbose)
    {
        var (dump, golden) = (_report.Dump.Dump, _report.Dump.Golden);
        Line($"[dim]{Markup.Escape(Printable.Line(dump.Path))}: {dump.Format}, {_report.Dump.Tokens} tokens, {_report.Precision}; " +
             $"against {golden.Model.Name}, {golden.Name}[/]");
        foreach (var note in _report.Dump.Notes) { Line($"[dim]{Markup.Escape(note)}[/]"); }
        ShowUnreadable(verbose);
        console.WriteLine();
        ShowSteps(_report.Steps.Where(step => step.Verdict != Verdict.NotDumped), verbose);
        ShowMissing(verbose);
        foreach (var pass in outcome.Passes) { new CheckPage(console, pass, explained).ShowPass(verbose); }
        console.WriteLine();
        ShowSum();
    }

    /// <summary>A pass: its coverage in one line, and every step that does not agree.</summary>
    private void ShowPass(bool verbose)
    {
        console.WriteLine();
        Line($"[bold]{ReportText.Head(_report)}[/]; {ReportText.Coverage(_report)}");
        foreach (var note in verbose ? _report.Dump.Notes : _report.Dump.Remarks) { Line($"[dim]{Markup.Escape(note)}[/]"); }
        ShowUnreadable(verbose);
        ShowSteps(_report.Steps.Where(step => step.Verdict != Verdict.NotDumped && (verbose || step.Verdict != Verdict.Ok)), verbose);
        ShowUnknown(verbose);
    }

    private void ShowUnreadable(bool verbose)
    {
        var lines = ReportText.Unreadable(_report).ToList();
        foreach (var line in lines.Take(verbose ? int.MaxValue : MostUnknown)) { Line($"[red]{Markup.Escape(line)}[/]"); }
        var more = lines.Count - MostUnknown;
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
            var local = result.Local is { } found ? $", local {NumberText.Measured(found.Distance)} (at most {NumberText.Limit(found.Limit)})" : "";
            var golden = result.Golden is { } truth ? $"; golden {NumberText.Measured(truth.Distance)} (at most {NumberText.Limit(truth.Limit)})" : "";
            Detail(indent, $"{result.Name}: {Emphasised(result.Verdict)}{golden}{local}");
            foreach (var place in result.Places) { Detail(indent + 2, ResultText.Along(place)); }
        }
    }

    private void Detail(int indent, string text) => Hang(new string(' ', indent), indent, indent + 2, text);

    private void ShowMissing(bool verbose)
    {
        var undumped = _report.Steps.Where(step => step.Verdict == Verdict.NotDumped && step.Step.dtype is not null && !IsFed(step.Step));
        var missing = undumped.Select(step => step.Step.number).ToList();
        if (missing.Count > 0) { Line($"[dim]not dumped: {NumberText.Ranges(missing)} (and 2, which is text)[/]"); }
        ShowUnknown(verbose);
    }

    /// <summary>What a case sets by hand is dumped, and not judged.</summary>
    private bool IsFed(ArticleStep step) =>
        _report.Dump.Golden.InputOf(step, Scope.Article, ScalarType.Float32) is not null && _report.Dump.Has(step, Scope.Article);

    private void ShowUnknown(bool verbose)
    {
        var shown = verbose ? int.MaxValue : MostUnknown;
        foreach (var name in _report.Dump.Unknown.Take(shown))
        {
            var advice = Misspelling.Of(name) is { } near ? $"; did you mean {near}?" : "";
            Line($"[dim]not known: {Markup.Escape(Printable.Text(name))}{advice}[/]");
        }
        var more = _report.Dump.Unknown.Count - shown;
        if (more > 0) { Line($"[dim]… and {more} more {(more == 1 ? "name that is" : "names that are")} not known; --verbose shows all[/]"); }
    }

    private void ShowSum()
    {
        var first = outcome.FirstFault is var (where, fault) ? $" First fault: {ReportText.Pass(where.Report)}{ResultText.Place(fault)}." : "";
        Line($"[bold {(outcome.Passed ? "green" : "red")}]{Markup.Escape(ReportText.Sum(outcome.Report) + first)}[/]");
        var unreadable = _report.Passes.Prepend(_report).Sum(report => report.Dump.Unreadable.Count);
        if (unreadable > 0) { Line($"[red]{unreadable} {(unreadable == 1 ? "result" : "results")} cannot be read, as said above; the rest was judged[/]"); }
        foreach (var report in _report.Passes.Prepend(_report).Where(report => report.Drifts))
        {
            Line($"[red]{ReportText.Pass(report)}{ReportText.Drift(report)}[/]");
        }
        if (outcome.Skipped.Count > 0) { Line($"skipped: {string.Join(", ", outcome.Skipped.Select(step => step.id))}"); }
        foreach (var step in outcome.SkippedInVain) { Line($"[red]{step.Step.id} {JudgedStepText.InVain(step)}[/]"); }
        var missing = string.Join(", ", outcome.Passes.Prepend(outcome).SelectMany(Missing));
        if (missing.Length > 0) { Line($"[red]missing, though every port must dump them: {missing}[/]"); }
    }

    private static IEnumerable<string> Missing(Outcome one) => one.Missing.Select(step => $"{one.Report.Dump.Golden.Prefix}{step.id}");

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
