using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>A mistake that is made for some heads, tokens or layers alone: here each doubles what is right, in the first layer.</summary>
public sealed class ConfineTests
{
    [Theory(DisplayName = "confined: to heads, whichever way a step lays them out:")]
    [InlineData("qk_per_token", 0)]
    [InlineData("stacked_qkv_attention", 1)]
    public void To_heads(string id, int axis)
    {
        var step = Step(id);
        var (right, wrong) = Both(step, Scope.Layer(0), Place(ArticleSteps.qk_per_token, "head", 8, 4, 5));
        long[] heads = axis == 0 ? right.shape : [17, 8, -1];

        Ratios((right.reshape(heads), wrong.reshape(heads)), axis).Should().Equal(1, 1, 1, 1, 2, 2, 1, 1);
    }

    [Fact(DisplayName = "confined: to a group of heads, where key/value heads are shared")]
    public void To_a_group()
    {
        var place = Place(ArticleSteps.v_per_token, "head", 2, 1);

        Ratios(Both(ArticleSteps.v_per_token, Scope.Layer(0), place)).Should().Equal(1, 2);
        Ratios(Both(ArticleSteps.qk_per_token, Scope.Layer(0), place)).Should().Equal(1, 1, 1, 1, 2, 2, 2, 2);
        Ratio(Both(ArticleSteps.v_per_token, new Scope(0, 1), place)).Should().Be(2);
        Ratio(Both(ArticleSteps.v_per_token, new Scope(0, 0), place)).Should().Be(1);
    }

    [Fact(DisplayName = "confined: of one head alone, all is wrong or nothing")]
    public void To_one_head()
    {
        var place = Place(ArticleSteps.qk_per_token, "head", 8, 4, 5);

        Ratio(Both(ArticleSteps.q_per_token, new Scope(0, 4), place)).Should().Be(2);
        Ratio(Both(ArticleSteps.q_per_token, new Scope(0, 3), place)).Should().Be(1);
        Ratio(Both(ArticleSteps.output_after_feedforward, Scope.Layer(0), place)).Should().Be(1, "it has no heads");
    }

    [Theory(DisplayName = "confined: to tokens, counted from those before:")]
    [InlineData(0, 0, 3, 5)]
    [InlineData(20, 20, 3, 5)]
    [InlineData(0, 2, 1, 3)]
    public void To_tokens(int keptThere, int keptHere, int first, int second)
    {
        var places = InnerPlace.Of(Fault(ArticleSteps.output_after_feedforward, new AxisErrors("token", Errors(17, 3, 5))), MicroModel.Micro.Checkpoint.Params, keptThere);
        var ratios = Ratios(Both(ArticleSteps.output_after_feedforward, Scope.Layer(0), places.Single(), keptHere));

        ratios.Index().Where(ratio => ratio.Item == 2).Select(ratio => ratio.Index).Should().Equal(first, second);
        ratios.Should().OnlyContain(ratio => ratio == 1 || ratio == 2);
    }

    [Fact(DisplayName = "confined: from a token on, to the end of whatever there is")]
    public void From_a_token()
    {
        var place = InnerPlace.Of(Fault(ArticleSteps.output_after_feedforward, new AxisErrors("token", Errors(17, 3, 4))), MicroModel.Micro.Checkpoint.Params, 0).First();

        Ratios(Both(ArticleSteps.output_after_feedforward, Scope.Layer(0), place)).Should().Equal([1, 1, 1, .. Enumerable.Repeat(2, 14)]);
    }

    [Fact(DisplayName = "confined: what has another shape is not mixed with what is right")]
    public void Other_shapes() => Ratio(Both(
        ArticleSteps.output_after_feedforward, Scope.Layer(0), Place(ArticleSteps.output_after_feedforward, "token", 17, 3, 5), wrong: _ => torch.zeros(1, 1))).Should().Be(1);

    [Fact(DisplayName = "confined: to layers, where there are layers")]
    public void To_layers()
    {
        var hypothesis = new Hypothesis([Strangers.Combination.Known("gelu")]) { Layers = new HashSet<int> { 1 } };
        var step = hypothesis.Mistakes[0].InParts.Keys.Single();
        var wrong = hypothesis.WrongOn(MicroModel.Micro.Article);

        IsRight(0).Should().BeTrue();
        IsRight(1).Should().BeFalse();

        bool IsRight(int layer)
        {
            using var right = Walk();
            using var mistaken = Walk().With(wrong);
            return Comparison.Of(mistaken.Run(step, Scope.Layer(layer)).Result.tensor, right.Run(step, Scope.Layer(layer)).Result.tensor).Agrees;
        }
    }

    private static ArticleStep Step(string id) => ArticleSteps.all.Single(step => step.id == id);

    private static (Tensor Right, Tensor Wrong) Both(ArticleStep step, Scope scope, InnerPlace place, int kept = 0, Func<Values, StepResult>? wrong = null)
    {
        var (right, mistaken) = (Walk(), Walk());
        var confined = place.Confine(step, wrong ?? (v => v.right(step) * 2), kept);
        return (right.Run(step, scope).Result.tensor, mistaken.With(new Dictionary<ArticleStep, Func<Values, StepResult>> { [step] = confined }).Run(step, scope).Result.tensor);
    }

    private static Walk Walk() => new(MicroModel.Micro.Checkpoint, MicroModel.Micro.Article.Prompt, float32);

    /// <summary>How many times too large each part of an axis is.</summary>
    private static List<int> Ratios((Tensor Right, Tensor Wrong) both, int axis = 0) =>
        [.. Enumerable.Range(0, (int)both.Right.shape[axis]).Select(at => Ratio((Part(both.Right, axis, at), Part(both.Wrong, axis, at))))];

    private static Tensor Part(Tensor whole, int axis, long at) => whole.index_select(axis, torch.tensor([at]));

    private static int Ratio((Tensor Right, Tensor Wrong) both) =>
        Comparison.Of(both.Wrong, both.Right).Agrees ? 1 : Comparison.Of(both.Wrong, both.Right * 2).Agrees ? 2 : 0;

    private static InnerPlace Place(ArticleStep step, string axis, int count, params int[] wrong) =>
        InnerPlace.Of(Fault(step, new AxisErrors(axis, Errors(count, wrong))), MicroModel.Micro.Checkpoint.Params, 0).First();

    private static double[] Errors(int count, params int[] wrong) => [.. Enumerable.Range(0, count).Select(at => wrong.Contains(at) ? 1.0 : 0)];

    private static JudgedResult Fault(ArticleStep step, AxisErrors places) => new()
    {
        Step = step,
        Scope = Scope.Layer(0),
        Name = step.id,
        Verdict = Verdict.WrongHere,
        Local = new(1, 1e-5),
        Places = [places],
    };
}
