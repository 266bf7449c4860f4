using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Tests.Judging.Strangers;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>How it is said what a fault looks like: a mistake with its place, or several at once.</summary>
public sealed class CauseTests
{
    [Theory(DisplayName = "a mistake in one place is named with the place:")]
    [InlineData("gelu", "in layer 1", "in layer 1 only")]
    [InlineData("no_scale", "in layer 0 and 2", "in layers 0, 2 only")]
    [InlineData("no_scale", "for heads 4–7", "for heads 4–7 only")]
    [InlineData("wk_hf_permuted", "for heads 0–3", "for heads 0–3 only")]
    [InlineData("rope_not_q", "from token 3 on", "from token 3 on")]
    [InlineData("gelu", "in layer 1, from token 12 on", "from token 12 on, in layer 1 only")]
    [InlineData("attn_residual_twice", "for tokens 4–8", "for tokens 4–8 only")]
    [InlineData("no_scale", "in passes", "in the passes after the prompt only")]
    [InlineData("gelu", "in the prompt", "in the prompt only")]
    public void Places_are_said(string name, string place, string where)
    {
        var port = Places.All.Single(stranger => stranger.Name == $"{name} {place}" || stranger.Name == $"{name}, {place}");
        var causes = Judged.FaultsIn(WrongPort.Check(WrongPort.WhatMustBeDumped(WrongPort.Everything(port)))).SelectMany(fault => fault.Result.Causes).Distinct();
        causes.Select(cause => (cause.Mistakes.Single().Name, cause.Where)).Should().Equal((name, where));
    }

    [Fact(DisplayName = "a mistake in the prompt and in passes is one, with one name and no place")]
    public void One_name()
    {
        var port = Combination.One("rope_pos_plus1");
        var everywhere = port.In(Place.Everywhere);
        var faults = Judged.FaultsIn(WrongPort.Check(WrongPort.WhatMustBeDumped(WrongPort.Everything(everywhere))));
        faults.Select(fault => fault.Report.IsOfPass).Distinct().Should().Equal(false, true);
        faults.SelectMany(fault => fault.Result.Causes).Distinct().Should().ContainSingle().Which.ToString().Should().Be("rope_pos_plus1");
    }

    [Fact(DisplayName = "a table that was dumped right, while a layer used another, is said to be so")]
    public void Other_tables()
    {
        var port = Subtle.All.First(stranger => stranger.Name.StartsWith("rope_negative, not in the table, in layer 1", StringComparison.Ordinal));
        var causes = Judged.FaultsIn(WrongPort.Check(WrongPort.Everything(port))).SelectMany(fault => fault.Result.Causes).Distinct();
        causes.Should().ContainSingle().Which.ToString().Should().Be("rope_negative, in layer 1 only, with other tables or weights than those dumped");
    }

    [Fact(DisplayName = "several mistakes at once are said with their fixes")]
    public void Several()
    {
        KnownMistake[] mistakes = [Combination.Known("norms_swapped"), Combination.Known("eps_0")];
        new Cause(mistakes, "in layer 1 only").Lines.Should().Equal(
            "looks like 2 mistakes at once: norms_swapped and eps_0, in layer 1 only",
            "mistake    norms_swapped: attention_norm and ffn_norm are swapped",
            "fix        use attention_norm before attention and ffn_norm before the feed-forward",
            "mistake    eps_0: norm_eps is left out",
            "fix        add norm_eps to the mean of squares before taking the root");
        new Cause(mistakes, "in layer 1 only").Again.Should().Be("looks like norms_swapped and eps_0, in layer 1 only, again");
    }

    [Fact(DisplayName = "what is wrong in a layer and after the layers is said to be in both")]
    public void After_the_layers()
    {
        var extent = new Extent([(At(0), Finding.Explains), (At(1), Finding.NotMade), (At(int.MaxValue), Finding.Explains)]);
        (extent.IsPlain, extent.ToString()).Should().Be((true, "in layer 0 and after the layers only"));

        static Site At(int stage) => new(SiteKind.Prompt, stage, []);
    }

    [Theory(DisplayName = "passes of several tokens and of one are told apart:")]
    [InlineData(false, true, false, "in passes of several tokens only")]
    [InlineData(false, true, true, "in the passes after the prompt only")]
    [InlineData(true, true, false, "in the prompt and in passes of several tokens only")]
    [InlineData(true, false, false, "in the prompt only")]
    [InlineData(true, true, true, "")]
    public void Kinds_of_passes(bool prompt, bool several, bool one, string expected)
    {
        var extent = new Extent([At(SiteKind.Prompt, prompt), At(SiteKind.Tokens, several), At(SiteKind.Token, one)]);
        (extent.IsPlain, extent.ToString()).Should().Be((true, expected));
        new Extent([At(SiteKind.Tokens, true), At(SiteKind.Tokens, false)]).IsPlain.Should().BeFalse("it is made in every pass of a kind, or in none");
        new Extent([At(SiteKind.Tokens, false), At(SiteKind.Token, true)]).IsPlain.Should().BeFalse("of one token too little is seen");

        static (Site, Finding) At(SiteKind kind, bool isMade) => (new(kind, 0, []), isMade ? Finding.Explains : Finding.NotMade);
    }

    [Fact(DisplayName = "a mistake that loses a token is not tried on results that have all of them")]
    public void Lost_tokens()
    {
        var tensors = new[] { "layers.0.embedding_delta", "layers.0.embedding_after_edit" }.ToDictionary(key => key, key => Golden.For(key).Tensor);
        tensors["layers.0.embedding_after_edit"] *= 1.7;
        Judged.FaultsIn(WrongPort.Check(tensors)).Should().ContainSingle().Which.Result.Step.Should().Be(ArticleSteps.embedding_after_edit);
    }

    [Theory(DisplayName = "what is not ten times nearer than the right result is no name:")]
    [InlineData(1.0e-6, true)]
    [InlineData(1.4e-6, false)]
    public void Too_near_to_tell(double distance, bool isProven)
    {
        var fault = new JudgedResult
        {
            Step = ArticleSteps.embedding_after_edit_normalized,
            Scope = Scope.Layer(1),
            Name = "layers.1.embedding_after_edit_normalized",
            Verdict = Verdict.WrongHere,
            Local = new Closeness(1.1e-5, 1e-5),
        };
        var suspicion = new Suspicion(
            new Hypothesis([Combination.Known("eps_1e-6")]), new Extent([]), new Dictionary<JudgedResult, double> { [fault] = distance });
        suspicion.IsProven.Should().Be(isProven);
    }
}
