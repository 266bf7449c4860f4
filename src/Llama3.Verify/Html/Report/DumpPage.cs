using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reporting;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Html.Report;

/// <summary>What a check of a dump found, as a page of HTML.</summary>
/// <param name="outcome">What was found.</param>
/// <param name="pictures">The pictures of faults.</param>
internal sealed class DumpPage(Outcome outcome, DumpPictures pictures)
{
    private const int MostUnknown = 200;

    private readonly IReadOnlyList<Told> _told = Told.Of(outcome.Report);

    /// <summary>The text of the file.</summary>
    /// <param name="commandLine">How to run the check again.</param>
    public string Text(string commandLine) => HtmlText.Of<DumpReportPage>((nameof(DumpReportPage.Of), View(commandLine)));

    private DumpView View(string commandLine)
    {
        var faults = _told.SelectMany(told => told.First.Steps.Where(step => step.IsFault).Select(step => (Told: told, Step: step))).ToList();
        var links = faults.Index().ToDictionary(fault => (fault.Item.Told.First, fault.Item.Step.Step), fault => $"fault-{fault.Index}");
        var explained = new HashSet<KnownMistake>();
        return new(
            Head(links),
            [.. _told.Where(told => told.First.IsWhole || !told.First.Agrees).Select(told => Table(told, links))],
            [.. faults.Select(fault => Fault(fault.Told, fault.Step, links[(fault.Told.First, fault.Step.Step)], explained))],
            [.. Rest().Where(rest => rest.Lines.Count > 0)],
            commandLine)
        {
            LeftOut = pictures.LeftOut == 0 ? null : $"{pictures.LeftOut} more {(pictures.LeftOut == 1 ? "fault has" : "faults have")} no pictures here: those before have them.",
        };
    }

    private HeadView Head(Dictionary<(PortReport, ArticleStep), string> links)
    {
        var (report, dump) = (outcome.Report, outcome.Report.Dump.Dump);
        return new(Printable.Line(dump.File), outcome.Passed, ReportText.Sum(report))
        {
            FirstFault = ReportText.FirstFault(outcome).Trim(),
            Link = outcome.FirstFault is var (where, fault) && links.TryGetValue((where.Report, fault.Step), out var id) ? $"#{id}" : null,
            Complaints = [.. Complaint.Of(outcome).Select(complaint => complaint.InFull.Split('\n'))],
            About = Printable.Line($"{dump.Format}, {ReportText.Tokens(report)}, {report.Precision}; {ReportText.Against(report.Dump.Golden)}"),
            Notes = [.. ReportText.WhyReference(report.Dump.Golden), .. report.Notes, .. ReportText.AgreesIn(report)],
        };
    }

    private static VerdictTable Table(Told told, Dictionary<(PortReport, ArticleStep), string> links)
    {
        var (report, layers) = (told.First, told.First.Dump.Checkpoint.Params.n_layers);
        var shown = report.Steps.Where(step => step.Verdict != Verdict.NotDumped && (report.IsWhole || step.Verdict != Verdict.Ok || step.IsShifted));
        return new(
            report.Place.Length > 0 ? ReportText.Head(report) : "",
            report.IsWhole ? [] : [ReportText.Coverage(report), .. report.Dump.Remarks],
            layers,
            [.. shown.Select(step => Row(step, layers, links.TryGetValue((report, step.Step), out var id) ? $"#{id}" : null))],
            [.. told.Lines]);
    }

    private static VerdictRow Row(JudgedStep step, int layers, string? link) => new(
        step.Step.part_of is null ? $"{step.Step.number}" : "", step.Step.id, step.Step.title,
        step.Step.repeats == Repeats.Once
            ? [Cell(step, layers, link)]
            : [.. Enumerable.Range(0, layers).Select(layer => Cell(new(step.Step, [.. step.Results.Where(result => result.Layer == layer)]), 1, link))]);

    private static VerdictCell Cell(JudgedStep step, int layers, string? link) => new(
        step.Verdict, layers,
        step.Verdict == Verdict.NotDumped ? "" : Printable.Line($"{step.Gravest[0].Name}: {ResultText.Distance(step.Gravest[0])}"),
        step.IsFault ? link : null);

    private FaultView Fault(Told told, JudgedStep step, string id, HashSet<KnownMistake> explained)
    {
        string[] known = outcome.Skipped.Contains(step.Step) ? ["known to be wrong: --skip"] : [];
        return new(
            id, ReportText.Pass(told.First) + JudgedStepText.Name(step.Step), step.Verdict, step.Step.title, step.Step.formula,
            [.. known.Concat(JudgedStepText.About(step, told.First, explained)).Concat(told.Lines).Select(ReportLine.Of)],
            pictures.Of.GetValueOrDefault((told.First, step.Step)));
    }

    private IEnumerable<RestView> Rest()
    {
        var reports = outcome.Report.Passes.Prepend(outcome.Report).ToList();
        yield return new("not dumped", ReportText.NotDumped(outcome.Report).ToList() is { Count: > 0 } steps ? [$"{NumberText.Ranges(steps)} (and 2, which is text)"] : []);
        yield return new("not known", [.. reports.SelectMany(NotKnown).Distinct()]);
        yield return new("skipped", [.. outcome.Skipped.Select(step => step.id)]);
        yield return new("known mistakes that this prompt and dump cannot show", outcome.CannotShow is { } unseen ? [.. CannotShowText.Lines(unseen)] : []);
    }

    private static IEnumerable<string> NotKnown(PortReport report)
    {
        var lines = UnknownText.Lines(report, MostUnknown);
        return UnknownText.More(report, MostUnknown) is { } more ? lines.Append(more) : lines;
    }
}
