using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Reading.Readers;
using Llama3.Checking.Reporting;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Check;

/// <summary>What a check found, as JSON; fixtures/check.schema.json describes it.</summary>
internal static class CheckJson
{
    /// <summary>The version of the schema.</summary>
    private const int Format = 4;

    /// <summary>The result for a dump that cannot be used.</summary>
    public static string Error(string message, string? html) => Json.Text(new { Format, Passed = false, Error = message, Html = html });

    /// <summary>All that was found.</summary>
    public static string Text(Outcome outcome, string? html) => Json.Text(new
    {
        Format,
        Dump = outcome.Report.Dump.Dump.File,
        Model = outcome.Report.Dump.Golden.Model.Name,
        Case = outcome.Report.Dump.Golden.Name,
        Precision = outcome.Report.Precision.ToString(),
        AgreesIn = outcome.Report.AgreesIn?.ToString(),
        outcome.Passed,
        Summary = ReportText.Sum(outcome.Report),
        FirstFault = outcome.FirstFault is var (where, fault) ? FirstFault(where.Report, fault) : null,
        outcome.Report.Drifts,
        Coverage = Coverage(outcome.Report),
        outcome.Partial,
        Steps = outcome.Report.Steps.Select(Step),
        Missing = outcome.Report.Missing.Select(step => step.id),
        outcome.Complete,
        Place = PlaceOf(outcome.Report),
        Decode = outcome.Passes.Select(Pass),
        Skipped = outcome.Skipped.Select(step => step.id),
        SkippedInVain = outcome.SkippedInVain.Select(step => step.Step.id),
        outcome.Report.Notes,
        outcome.Report.Dump.Unknown,
        Unreadable = outcome.Report.Dump.Unreadable.Select(Unreadable),
        Html = html,
    });

    private static object Pass(Outcome pass) => new
    {
        Name = pass.Report.Place,
        Position = pass.Report.Dump.Golden.Kept,
        pass.Report.Dump.Tokens,
        pass.Report.Dump.Golden.HasGoldens,
        pass.Passed,
        Summary = ReportText.Coverage(pass.Report),
        FirstFault = pass.Report.FirstFault is { } fault ? FirstFault(pass.Report, fault) : null,
        pass.Report.Drifts,
        Steps = pass.Report.Steps.Select(Step),
        Missing = pass.Report.Missing.Select(step => step.id),
        pass.Report.Notes,
        pass.Report.Dump.Unknown,
        Unreadable = pass.Report.Dump.Unreadable.Select(Unreadable),
    };

    private static object FirstFault(PortReport report, JudgedResult fault) =>
        new { Pass = PlaceOf(report), fault.Step.id, fault.Layer };

    private static string? PlaceOf(PortReport report) => report.Place.Length > 0 ? report.Place : null;

    private static object Coverage(PortReport report) => new
    {
        Asked = report.Coverage.Asked.Count,
        Found = report.Coverage.Found.Count,
        report.Coverage.Enough,
        report.Coverage.Suffices,
    };

    private static object Unreadable(Unreadable result) => new { result.Name, result.Problem };

    private static object Step(JudgedStep step) => new
    {
        step.Step.number,
        step.Step.id,
        PartOf = step.Step.part_of?.id,
        step.Verdict,
        LooksLike = step.LooksLike.Select(mistake => new { mistake.Name, mistake.Mistake, mistake.Fix, mistake.Threads }),
        Results = step.Results.Select(Result),
    };

    private static object Result(JudgedResult result) => new
    {
        result.Layer,
        result.Head,
        result.Name,
        result.Verdict,
        Golden = result.Golden is { } golden ? Closeness(golden) : null,
        Local = result.Local is { } local ? Closeness(local) : null,
        Worst = result.Worst is { } worst && result.Verdict != Verdict.Ok ? new { Index = worst.Worst, worst.Actual, worst.Expected } : null,
        result.Problem,
        Inputs = result.Inputs.Select(input => input.Name),
        Between = result.Between.Select(input => input.Name),
        result.OnlyDumped,
        result.Instead,
        result.Shift,
        NearTie = result.NearTie is { } tie ? new { tie.Behind, tie.Error } : null,
        LooksLike = result.LooksLike.Select(mistake => mistake.Name),
        Causes = result.Causes.Select(Cause),
        CannotBeToldFrom = result.CannotBeToldFrom.Select(Cause),
        Places = result.Places.ToDictionary(place => place.Axis, place => place.RelL2),
    };

    private static object Cause(Cause cause) => new { Mistakes = cause.Mistakes.Select(mistake => mistake.Name), cause.Where };

    private static object Closeness(Closeness closeness) => closeness.IsPerElement
        ? new { PerElement = closeness.Distance, closeness.Limit }
        : new { RelL2 = closeness.Distance, closeness.Limit };
}
