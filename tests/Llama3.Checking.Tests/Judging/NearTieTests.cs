using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Checking.Reporting;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Where two logits are as good as equal, either token is right. Here the last word's logit is a little less than the largest one, or equal to it.</summary>
public sealed class NearTieTests
{
    private const long Last = RandomModel.Words - 1;

    private static readonly ModelSizes Sizes = new(4, 2, 16);

    /// <summary>The word that the model predicts, without a tie.</summary>
    private static readonly Lazy<int> Best = new(() =>
    {
        using var model = new RandomModel(Sizes);
        return (int)model.Port(new Dictionary<ArticleStep, Func<Values, StepResult>>())[ArticleSteps.next_token, Scope.Article].tensor.item<long>();
    });

    [Theory(DisplayName = "near ties: without logits, the other token is right if it is no further behind than logits may be off")]
    [InlineData(1 - 2e-5f, "a near tie: * behind the first, less than the port's error of *")]
    [InlineData(1, "a tie: its logit is equal to the first")]
    public void Near(float times, string said)
    {
        var (result, report) = Judged(times, logits: null);
        result.Verdict.Should().Be(Verdict.Ok);
        report.Agrees.Should().BeTrue();
        JudgedStepText.About(report.Steps.Single(step => step.Step == ArticleSteps.next_token), report, new HashSet<KnownMistake>()).Should().ContainSingle().Which.Should().Match(said);
    }

    [Fact(DisplayName = "near ties: without logits, a token that is clearly behind is a fault")]
    public void Far() => Judged(0.99f, logits: null).Result.Verdict.Should().Be(Verdict.WrongBetween);

    [Fact(DisplayName = "near ties: the last of two equal logits is right, too")]
    public void Equal()
    {
        var (result, report) = Judged(1, logits: numbers => numbers);
        (result.Verdict, result.NearTie!.Behind, report.Agrees).Should().Be((Verdict.Ok, 0, true));
    }

    [Fact(DisplayName = "near ties: with logits that agree, the largest of the port's own is right")]
    public void Own()
    {
        var (result, report) = Judged(1 - 2e-5f, logits: numbers => { numbers[Last] *= 1 + 4e-5f; return numbers; });
        (result.Verdict, report.Agrees).Should().Be((Verdict.Ok, true));
        result.NearTie!.Behind.Should().BePositive().And.BeLessThan(result.NearTie.Error);
    }

    [Fact(DisplayName = "near ties: a token that is not the largest of the port's own logits is a fault, however near")]
    public void Not_own() => Judged(1 - 2e-5f, logits: numbers => numbers).Result.Verdict.Should().Be(Verdict.WrongHere);

    [SkippableTheory(DisplayName = "near ties: on the micro model the second word is clearly behind, with logits and without")]
    [InlineData(true)]
    [InlineData(false)]
    public void Micro(bool withLogits)
    {
        if (!withLogits) { LongTests.SkipUnlessAskedFor(); }
        var tensors = Port.Tensors(MicroModel.Micro, float32, null, step => step.repeats == Repeats.Once && (withLogits || step != ArticleSteps.logits));
        var right = MicroModel.Micro.Article.Expected(ArticleSteps.logits, Scope.Article, float32)!;
        tensors["next_token"] = right.topk(2).indexes[1];
        var result = Port.Check(MicroModel.Micro, tensors).Results.Single(result => result.Step == ArticleSteps.next_token);
        (result.IsFault, result.NearTie).Should().Be((true, null));
    }

    /// <summary>A port that predicts the last word.</summary>
    /// <param name="times">The last word's logit, in multiples of the largest.</param>
    /// <param name="logits">What the port makes of the right logits; null if it does not dump them.</param>
    private static (JudgedResult Result, PortReport Report) Judged(float times, Func<float[], float[]>? logits)
    {
        using var model = new RandomModel(Sizes with { LastWord = (Best.Value, times) });
        var tensors = Port.Tensors(model.Port(new Dictionary<ArticleStep, Func<Values, StepResult>>()), step => step.repeats == Repeats.Once);
        tensors["next_token"] = torch.tensor(Last);
        if (logits is null) { tensors.Remove("logits"); }
        else { tensors["logits"] = torch.tensor(logits(tensors["logits"].ToSingles())); }
        var dump = MemoryDump.Of(tensors);
        var report = new DumpCheck(DumpedRun.Of(dump, model.Model)).Run();
        return (report.Results.Single(result => result.Step == ArticleSteps.next_token), report);
    }
}
