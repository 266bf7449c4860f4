using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Tests.Judging.Strangers;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>What is said of a result, and of a step over all its results.</summary>
public sealed class JudgedStepTests
{
    private static readonly Cause Gelu = new([Combination.Known("gelu")], ""), Relu = new([Combination.Known("relu")], "in layer 1 only");

    [Theory(DisplayName = "a step has the gravest verdict of its results:")]
    [InlineData(Verdict.NotDumped)]
    [InlineData(Verdict.Ok, Verdict.Ok)]
    [InlineData(Verdict.Inherited, Verdict.Ok, Verdict.Inherited)]
    [InlineData(Verdict.WrongBetween, Verdict.Inherited, Verdict.WrongBetween, Verdict.Ok)]
    [InlineData(Verdict.WrongHere, Verdict.WrongBetween, Verdict.WrongHere, Verdict.Ok)]
    public void Gravest(Verdict expected, params Verdict[] verdicts)
    {
        var step = Step([.. verdicts.Select(verdict => Result(verdict))]);

        step.Verdict.Should().Be(expected);
        step.IsFault.Should().Be(expected is Verdict.WrongHere or Verdict.WrongBetween);
        step.Gravest.Should().Equal(step.Results.Where(result => result.Verdict == expected));
    }

    [Fact(DisplayName = "a step looks like what all its faults look like; if there is nothing, like what some look like")]
    public void Causes()
    {
        var (both, one, other) = (Result(Verdict.WrongHere, Gelu, Relu), Result(Verdict.WrongHere, Gelu), Result(Verdict.WrongHere, Relu));

        Step(both, one).Causes.Should().Equal(Gelu);
        Step(one, other).Causes.Should().Equal(Gelu, Relu);
        Step(one, other).LooksLike.Should().Equal([.. Gelu.Mistakes, .. Relu.Mistakes]);
        Step(both, one).ToString().Should().Be("37 output_after_feedforward: wrong here (looks like gelu)");
        Step(one, Result(Verdict.Ok, Relu)).Causes.Should().Equal([Gelu], "only what is at fault counts");
        both.LooksLike.Should().Equal([.. Gelu.Mistakes, .. Relu.Mistakes]);
        Result(Verdict.WrongHere, Gelu, Gelu).LooksLike.Should().Equal(Gelu.Mistakes);
    }

    [Fact(DisplayName = "a step is shifted if one of its results is")]
    public void Shifted()
    {
        Step(Result(Verdict.Ok), Result(Verdict.Ok) with { Shift = 2 }).IsShifted.Should().BeTrue();
        Step(Result(Verdict.Ok)).IsShifted.Should().BeFalse();
    }

    [Fact(DisplayName = "a result that differs from what follows from its inputs rests on that distance, and an inherited one on its golden")]
    public void Deciding()
    {
        var (golden, local) = (new Closeness(3, 1), new Closeness(2, 1));
        var fault = Result(Verdict.WrongHere) with { Golden = golden, Local = local };

        fault.Deciding.Should().Be(local);
        (fault with { Verdict = Verdict.Inherited }).Deciding.Should().Be(golden);
        (fault with { Verdict = Verdict.Ok, Local = null }).Deciding.Should().Be(golden);
        fault.ToString().Should().Be("layers.1.output_after_feedforward: wrong here, rel-L2 2, at most 1");
        (fault with { Problem = "shape [1], expected [2]" }).ToString().Should().Be("layers.1.output_after_feedforward: wrong here, shape [1], expected [2]");
    }

    [Fact(DisplayName = "a result has a layer where there are layers, and a head where there are heads")]
    public void Places()
    {
        At(ArticleSteps.tokens, Scope.Article).Should().Be((null, null));
        At(ArticleSteps.token_embeddings, Scope.Article).Should().Be((0, null));
        At(ArticleSteps.q_per_token, Scope.Article).Should().Be((0, 0));
        At(ArticleSteps.k_per_token, new Scope(2, 1)).Should().Be((2, 1));
        At(ArticleSteps.q_per_token, Scope.Layer(1)).Should().Be((1, null));

        static (int?, int?) At(ArticleStep step, Scope scope)
        {
            var result = Result(Verdict.Ok) with { Step = step, Scope = scope };
            return (result.Layer, result.Head);
        }
    }

    [Fact(DisplayName = "logits: shifted by one number, they are the same without it")]
    public void Shift()
    {
        var (right, shifted) = (torch.tensor(new float[] { 1, 5, -3 }), torch.tensor(new float[] { 3, 7, -1 }));

        var (shift, without) = LogitShift.Of(ArticleSteps.logits, shifted, right)!.Value;
        shift.Should().Be(2);
        without.ToSingles().Should().Equal(1, 5, -3);
        LogitShift.Of(ArticleSteps.final_embedding, shifted, right).Should().BeNull();
        LogitShift.Of(ArticleSteps.logits, shifted, torch.tensor(new float[] { 1, 5 })).Should().BeNull();
    }

    private static JudgedStep Step(params JudgedResult[] results) => new(ArticleSteps.output_after_feedforward, results);

    private static JudgedResult Result(Verdict verdict, params Cause[] causes) => new()
    {
        Step = ArticleSteps.output_after_feedforward,
        Scope = Scope.Layer(1),
        Name = "layers.1.output_after_feedforward",
        Verdict = verdict,
        Causes = causes,
    };
}
