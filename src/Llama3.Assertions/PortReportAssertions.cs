using FluentAssertions.Execution;
using FluentAssertions.Primitives;
using Llama3.Checking.Judging;
using Llama3.Checking.Reporting;

namespace Llama3.Assertions;

/// <summary>Assertions on all that a port computed.</summary>
public sealed class PortReportAssertions(PortReport? subject) : ReferenceTypeAssertions<PortReport?, PortReportAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "report";

    /// <summary>Asserts that everything in the report agrees with the goldens. What the port lacks is in <see cref="PortReport.Missing"/>.</summary>
    /// <param name="because">Why, as a part of a sentence.</param>
    /// <param name="becauseArgs">What to put into <paramref name="because"/>.</param>
    [CustomAssertion]
    public AndConstraint<PortReportAssertions> Agree(string because = "", params object[] becauseArgs)
    {
        Execute.Assertion
            .BecauseOf(because, becauseArgs)
            .ForCondition(Subject is { Agrees: true })
            .FailWith(() => new FailReason("Expected {context:report} to agree with the goldens{reason}, but "
                + GoldenAssertion.Verbatim(Subject is null ? "there is none" : string.Join('\n', ReportText.Disagreement(Subject)))));
        return new AndConstraint<PortReportAssertions>(this);
    }
}
