using FluentAssertions.Execution;
using FluentAssertions.Primitives;
using Llama3.Checking.Judging;
using Llama3.Checking.Reporting;
using Llama3.Reference.Walking;

namespace Llama3.Assertions;

/// <summary>Assertions on all that a port computed.</summary>
public sealed class PortReportAssertions(PortReport? subject) : ReferenceTypeAssertions<PortReport?, PortReportAssertions>(subject)
{
    private const string Goldens = "agree with the goldens";

    /// <inheritdoc/>
    protected override string Identifier => "report";

    /// <summary>
    /// Asserts that everything in the report agrees with the goldens, and that enough of a whole port is in it: a report of which almost
    /// nothing was understood does not agree (<see cref="PortReport.IsPartial"/>). What the port lacks is in <see cref="PortReport.Missing"/>.
    /// </summary>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    [CustomAssertion]
    public AndConstraint<PortReportAssertions> Agree(string because = "", params object[] becauseArgs) =>
        Passes(report => new Outcome(report, []), Goldens, because, becauseArgs);

    /// <summary>Asserts that everything in the report agrees with the goldens, however little that is.</summary>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    [CustomAssertion]
    public AndConstraint<PortReportAssertions> AgreeWhereDumped(string because = "", params object[] becauseArgs) =>
        Passes(report => new Outcome(report, [], Partial: true), Goldens, because, becauseArgs);

    /// <summary>
    /// Asserts the same as <see cref="Agree"/>, but for steps that are known to be wrong, and for all that is wrong because of them. It fails
    /// once one of them is right everywhere.
    /// </summary>
    /// <param name="known">The steps: <c>AgreeExcept([ArticleSteps.output_after_feedforward])</c>.</param>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    /// <exception cref="ArgumentNullException">There is no list.</exception>
    [CustomAssertion]
    public AndConstraint<PortReportAssertions> AgreeExcept(IEnumerable<ArticleStep> known, string because = "", params object[] becauseArgs)
    {
        ArgumentNullException.ThrowIfNull(known);
        var steps = known.Select(step => step.in_article).ToList();
        var expected = $"{Goldens} except in {string.Join(", ", steps.Select(step => step.id))}";
        return Passes(report => new Outcome(report, steps), expected, because, becauseArgs);
    }

    /// <summary>Asserts that nothing is missing that every port must dump, in any layer of the prompt or of a pass; its numbers may be wrong.</summary>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    [CustomAssertion]
    public AndConstraint<PortReportAssertions> BeComplete(string because = "", params object[] becauseArgs) => Holds(
        Subject?.Passes.Prepend(Subject).All(report => report.Missing.Count == 0) == true,
        "hold all that every port must dump",
        report => [$"it lacks {MissingText.Of(report.Passes.Prepend(report))}", .. Complaint.NotKnown(report)],
        because,
        becauseArgs);

    private AndConstraint<PortReportAssertions> Passes(
        Func<PortReport, Outcome> judged, string expected, string because, object[] becauseArgs) =>
        Holds(Subject is not null && judged(Subject).Passed, expected, report => WhyNot(judged(report)), because, becauseArgs);

    private AndConstraint<PortReportAssertions> Holds(
        bool condition, string expected, Func<PortReport, IEnumerable<string>> whyNot, string because, object[] becauseArgs)
    {
        Execute.Assertion
            .BecauseOf(because, becauseArgs)
            .ForCondition(condition)
            .FailWith(() => new FailReason($"Expected {{context:report}} to {expected}{{reason}}, but "
                + GoldenAssertion.Verbatim(Subject is null ? "there is none" : string.Join('\n', whyNot(Subject)))));
        return new AndConstraint<PortReportAssertions>(this);
    }

    private static IEnumerable<string> WhyNot(Outcome outcome)
    {
        foreach (var line in ReportText.Disagreement(outcome)) { yield return line; }
        foreach (var step in outcome.SkippedInVain)
        {
            yield return $"{step.Step.id} {(step.Verdict == Verdict.Ok ? "is right now" : "is not dumped")}: do not except it any longer";
        }
        if (!outcome.TooLittle) { yield break; }
        yield return $"{Complaint.TooLittle(outcome.Report)}; {nameof(AgreeWhereDumped)}() if that is meant";
        foreach (var line in Complaint.NotKnown(outcome.Report)) { yield return line; }
    }
}
