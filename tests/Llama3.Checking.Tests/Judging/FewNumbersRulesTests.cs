using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>The rule of <see cref="FewNumbers"/>, on distances and limits alone.</summary>
public sealed class FewNumbersRulesTests
{
    [Theory(DisplayName = "few numbers: what is within a multiple of its limit; what must be equal never is:")]
    [InlineData(2, 1, true)]
    [InlineData(2.1, 1, false)]
    [InlineData(0, 0, false)]
    [InlineData(double.NaN, 1, false)]
    public void Within(double distance, double limit, bool isWithin) => FewNumbers.IsWithin(new(distance, limit), 2).Should().Be(isWithin);

    [Fact(DisplayName = "few numbers: if no step is at fault, and all together keep their limits, single results may be 5 times as far")]
    public void Allowed()
    {
        var judged = Judge([Inherited(5, 1), .. Enumerable.Repeat(Ok(0, 1), 24)]);

        judged[0].Should().BeEquivalentTo(new { Verdict = Verdict.Ok, Golden = new Closeness(5, 5) });
        judged[1].Golden.Should().Be(new Closeness(0, 1), "it was ok before");
    }

    [Fact(DisplayName = "few numbers: nothing is let through if one is further than that, or if all together do not keep their limits")]
    public void Not_allowed()
    {
        Judge([Inherited(5.1, 1), .. Enumerable.Repeat(Ok(0, 1), 99)])[0].Verdict.Should().Be(Verdict.Inherited);
        Judge([Inherited(5, 1), .. Enumerable.Repeat(Ok(0, 1), 23)])[0].Verdict.Should().Be(Verdict.Inherited);
        Judge([Inherited(5, 1), .. Enumerable.Repeat(Ok(0, 0), 24)])[0].Verdict.Should().Be(Verdict.Inherited, "what must be equal makes no room");
    }

    [Fact(DisplayName = "few numbers: a fault is none of that, and nothing is let through beside it")]
    public void Faults()
    {
        var judged = Judge([Fault(3, 1), Inherited(2, 1), .. Enumerable.Repeat(Ok(0, 1), 99)]);

        judged.Take(2).Select(result => result.Verdict).Should().Equal(Verdict.WrongHere, Verdict.Inherited);
    }

    [Fact(DisplayName = "few numbers: beside a fault that is more than 5 times as far, what is hardly further than its limit is no other fault")]
    public void Beside_a_fault()
    {
        var judged = Judge([Fault(6, 1), Fault(2, 1), Fault(2.1, 1), Inherited(2, 1)]);

        judged.Select(result => result.Verdict).Should().Equal(Verdict.WrongHere, Verdict.Inherited, Verdict.WrongHere, Verdict.Inherited);
        judged[1].Local.Should().Be(new Closeness(2, 2));
        judged[3].Golden.Should().Be(new Closeness(2, 1));
    }

    [Fact(DisplayName = "few numbers: the prompt and all passes are judged together")]
    public void Several_runs()
    {
        var (prompt, pass) = (new JudgedRun(null!, [Inherited(2, 1), .. Enumerable.Repeat(Ok(0, 1), 9)]), new JudgedRun(null!, [Fault(3, 1)]));

        FewNumbers.Judge([prompt, pass])[0].Results[0].Verdict.Should().Be(Verdict.Inherited);
        FewNumbers.Judge([prompt])[0].Results[0].Verdict.Should().Be(Verdict.Ok);
    }

    private static IReadOnlyList<JudgedResult> Judge(JudgedResult[] results) => FewNumbers.Judge([new JudgedRun(null!, results)])[0].Results;

    private static JudgedResult Ok(double distance, double limit) => Result(Verdict.Ok) with { Golden = new(distance, limit) };

    private static JudgedResult Inherited(double distance, double limit) =>
        Result(Verdict.Inherited) with { Golden = new(distance, limit), Local = new(0, 1) };

    private static JudgedResult Fault(double distance, double limit) => Result(Verdict.WrongHere) with { Local = new(distance, limit) };

    private static JudgedResult Result(Verdict verdict) => new() { Step = ArticleSteps.q_per_token, Scope = Scope.Article, Name = "q_per_token", Verdict = verdict };
}
