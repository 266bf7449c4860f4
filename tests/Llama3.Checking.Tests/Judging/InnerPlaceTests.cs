using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Tests.Judging.Strangers;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Some heads or some tokens to which an error is confined; here of 8 heads that share 2 key/value heads.</summary>
public sealed class InnerPlaceTests
{
    [Theory(DisplayName = "places: heads that are wrong where others are right; a single one is none:")]
    [InlineData("for heads 4–5 only", 4, 5)]
    [InlineData("for heads 1, 6 only", 1, 6)]
    [InlineData("", 3)]
    [InlineData("", 0, 1, 2, 3, 4, 5, 6, 7)]
    public void Heads(string places, params int[] wrong) => Of(ArticleSteps.qk_per_token, 0, Errors("head", 8, wrong)).Should().Be(places);

    [Fact(DisplayName = "places: a key/value head stands for all query heads that share it")]
    public void Groups() => Of(ArticleSteps.v_per_token, 0, Errors("head", 2, 1)).Should().Be("for heads 4–7 only");

    [Theory(DisplayName = "places: tokens that follow each other may go on to the end; a single one is none:")]
    [InlineData("from token 3 on; for tokens 3–4 only", 0, 3, 4)]
    [InlineData("for tokens 0–1 only", 0, 0, 1)]
    [InlineData("for tokens 2, 4 only", 0, 2, 4)]
    [InlineData("from token 17 on; for tokens 17–18 only", 17, 0, 1)]
    [InlineData("", 0, 3)]
    public void Tokens(string places, int kept, params int[] wrong) =>
        Of(ArticleSteps.output_after_feedforward, kept, Errors("token", 5, wrong)).Should().Be(places);

    [Fact(DisplayName = "places: the rows of a cache are counted from its first token")]
    public void Caches() => Of(CacheSteps.k_cache, 17, Errors("token", 5, 0, 1)).Should().Be("for tokens 0–1 only");

    [Fact(DisplayName = "places: heads come before tokens")]
    public void Both() => Of(ArticleSteps.qk_per_token, 0, Errors("token", 5, 2, 4), Errors("head", 8, 4, 5)).Should().Be("for heads 4–5 only; for tokens 2, 4 only");

    [Fact(DisplayName = "places: a mistake fits if all that it gets wrong has such heads, whole groups of them where they are shared, or such tokens")]
    public void Fits()
    {
        var (heads, group, tokens) = (
            Place(ArticleSteps.qk_per_token, Errors("head", 8, 4, 5)),
            Place(ArticleSteps.qk_per_token, Errors("head", 8, 4, 5, 6, 7)),
            Place(ArticleSteps.output_after_feedforward, Errors("token", 5, 2, 4)));

        new[] { heads, group, tokens }.Select(place => place.CanHold(Combination.Known("no_scale"))).Should().Equal(true, true, true);
        new[] { heads, group, tokens }.Select(place => place.CanHold(Combination.Known("wk_hf_permuted"))).Should().Equal(false, true, false);
        new[] { heads, group, tokens }.Select(place => place.CanHold(Combination.Known("gelu"))).Should().Equal(false, false, true);
        tokens.IsTail.Should().BeFalse();
        InnerPlace.Of(Fault(ArticleSteps.output_after_feedforward, Errors("token", 5, 3, 4)), MicroModel.Micro.Checkpoint.Params, 0)
            .Select(place => place.IsTail).Should().Equal(true, false);
    }

    [Fact(DisplayName = "hypotheses: what they are called")]
    public void Called()
    {
        KnownMistake[] mistakes = [Combination.Known("norms_swapped"), Combination.Known("eps_1e-6")];

        new Hypothesis(mistakes).ToString().Should().Be("norms_swapped and eps_1e-6");
        new Hypothesis(mistakes[..1]) { Place = Place(ArticleSteps.qk_per_token, Errors("head", 8, 4, 5)) }.ToString()
            .Should().Be("norms_swapped, for heads 4–5 only");
    }

    [Fact(DisplayName = "hypotheses: a mistake of caches needs one, and cannot happen in a prompt; one that was made up for a dump can happen anywhere")]
    public void Caching()
    {
        var (article, pass) = (MicroModel.Micro.Article, MicroModel.Micro.Passes[0]);
        var (gelu, ofCache) = (new Hypothesis([Combination.Known("gelu")]), new Hypothesis([Combination.Known("cache_slot_plus1")]));

        (gelu.NeedsCache, gelu.CanHappenIn(article), gelu.CanHappenIn(pass)).Should().Be((false, true, true));
        (ofCache.NeedsCache, ofCache.CanHappenIn(article), ofCache.CanHappenIn(pass)).Should().Be((true, false, true));
        (MadeUp(CacheSteps.k_cache).NeedsCache, MadeUp(ArticleSteps.mask, CacheSteps.k_cache).NeedsCache).Should().Be((true, false));
        MadeUp(ArticleSteps.mask).CanHappenIn(article).Should().BeTrue();
        new Hypothesis([.. ofCache.Mistakes, .. gelu.Mistakes]).WrongOn(article).Keys.Should().Equal(gelu.Mistakes[0].InParts.Keys);

        static Hypothesis MadeUp(params ArticleStep[] steps) => new([new KnownMistake("", "", "", [], [.. steps.Select(step => (step, step.run))])]);
    }

    private static string Of(ArticleStep step, int kept, params AxisErrors[] places) =>
        string.Join("; ", InnerPlace.Of(Fault(step, places), MicroModel.Micro.Checkpoint.Params, kept));

    private static InnerPlace Place(ArticleStep step, AxisErrors places) => InnerPlace.Of(Fault(step, places), MicroModel.Micro.Checkpoint.Params, 0).Single();

    private static AxisErrors Errors(string axis, int count, params int[] wrong) => new(axis, [.. Enumerable.Range(0, count).Select(at => wrong.Contains(at) ? 1.0 : 0)]);

    private static JudgedResult Fault(ArticleStep step, params AxisErrors[] places) => new()
    {
        Step = step,
        Scope = Scope.Layer(1),
        Name = step.id,
        Verdict = Verdict.WrongHere,
        Local = new(1, 1e-5),
        Places = places,
    };
}
