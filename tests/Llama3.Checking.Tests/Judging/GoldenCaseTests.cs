using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Goldens of the passes after the prompt and of cases with other inputs, for the tests of a port in C#.</summary>
public sealed class GoldenCaseTests
{
    [Theory(DisplayName = "a golden of a pass has the name of the pass in front:")]
    [InlineData("decode.0.layers.1.q_per_token", "07 q_per_token: ask a question for each token: the queries", new long[] { 8, 1, 10 })]
    [InlineData("decode.1.layers.2.k_cache", "45 k_cache: append the new keys to those that are kept", new long[] { 2, 23, 10 })]
    [InlineData("decode.1.layers.0.qk_per_token", "46 qk_per_token: score the new queries against every key", new long[] { 8, 5, 23 })]
    [InlineData("decode.1.mask", "47 mask: forbid looking ahead among the new tokens", new long[] { 5, 23 })]
    [InlineData("decode.8.positions", "44 positions: place them after the tokens that are kept", new long[] { 1 })]
    [InlineData("decode.0.next_token", "42 next_token: pick the most likely next token", new long[0])]
    public void Of_a_pass(string key, string step, long[] shape)
    {
        var golden = Golden.For(key);
        ($"{golden.Step}", golden.Key, $"{golden}").Should().Be((step, key, $"{key} of micro"));
        golden.Shape.Should().Equal(shape);
        golden.Tensor.shape.Should().Equal(shape);
        golden.File.Should().EndWith("decode.fp32.safetensors");
    }

    [Fact(DisplayName = "a step, a layer and a pass name the same golden as a key")]
    public void A_step_names_a_golden()
    {
        Golden.For(CacheSteps.k_cache, layer: 1, caseName: "decode.3").Key.Should().Be("decode.3.layers.1.k_cache");
        Golden.For(ArticleSteps.mask, caseName: "decode.1").Key.Should().Be("decode.1.mask");
        Golden.For("decode.1.mask", caseName: "decode.1").Key.Should().Be("decode.1.mask");
        BadInput.IsRefused(() => Golden.For("decode.1.mask", caseName: "decode.2"), "there is no golden 'decode.1.mask'; did you mean *");
    }

    [Fact(DisplayName = "every golden of a pass agrees with itself, in either model, also with the tokens in front of the heads")]
    public void Every_golden_of_a_pass_agrees_with_itself()
    {
        foreach (var golden in OfPasses())
        {
            golden.Judge(golden.Tensor).Agrees.Should().BeTrue($"{golden} is right");
            if (golden is not { Step: { is_cache: false, shape.IsPerToken: true }, Scope.head: null } || golden.Step.heads_in(golden.Model.Checkpoint.Params) is null) { continue; }
            golden.Judge(golden.Tensor.transpose(0, 1)).Agrees.Should().BeTrue($"{golden} is right in another layout");
        }
    }

    [Fact(DisplayName = "the inputs of a golden of a pass are goldens of the pass")]
    public void Inputs()
    {
        Golden.For("decode.1.layers.1.qk_per_token").Inputs.Select(input => input.Key)
            .Should().Equal("decode.1.layers.1.q_per_token_rotated", "decode.1.layers.1.k_cache");
        Golden.For("decode.1.layers.1.q_per_token_rotated").Inputs.Select(input => input.Key)
            .Should().Equal(["decode.1.layers.1.q_per_token", "decode.1.freqs_cis"], "views have no golden there");
        OfPasses().SelectMany(golden => golden.Inputs).DistinctBy(input => input.Key)
            .Should().OnlyContain(input => Golden.For(input.Key, input.Model, null).Key == input.Key);
    }

    [Theory(DisplayName = "a known mistake of a cache is named where it misses a golden:")]
    [InlineData("cache_pos_plus1", "decode.0.positions")]
    [InlineData("rope_half_split", "decode.0.layers.1.q_per_token_rotated")]
    public void A_mistake_is_named(string name, string key)
    {
        var (mistake, golden) = (KnownMistakes.OfPasses.Single(known => known.Name == name), Golden.For(key));
        var wrong = MicroModel.Micro.Passes[0].Walk(ScalarType.Float32, computes: true).With(mistake.Wrong).Run(golden.Step, golden.Scope).Result.tensor;
        var verdict = golden.Judge(wrong);
        (verdict.Agrees, verdict.LooksLike.Contains(mistake)).Should().Be((false, true));
        verdict.ToString().Should().Contain($"golden     {key} in ");
    }

    [Fact(DisplayName = "a golden of a case is that of its inputs; every one agrees with itself")]
    public void Of_a_case()
    {
        var rotated = Golden.For("q_per_token_rotated", caseName: "far_positions");
        ($"{rotated}", rotated.Shape[0]).Should().Be(("q_per_token_rotated of micro, far_positions", 6));
        Golden.For("q_per_token_rotated").Judge(rotated.Tensor).Agrees.Should().BeFalse("6 tokens are not 17");
        foreach (var name in new[] { "other_prompt", "far_positions", "small_norms", "large_scores" })
        {
            var keys = MicroModel.Micro.CaseNamed(name).Results(ScalarType.Float32).Where(golden => golden.Value.text is null).Select(golden => golden.Key);
            foreach (var golden in keys.Select(key => Golden.For(key, caseName: name)))
            {
                golden.Judge(golden.Tensor).Agrees.Should().BeTrue($"{golden} is right");
            }
        }
        BadInput.IsRefused(() => Golden.For("mask", caseName: "nothing"), "micro has no case nothing; it has article, other_prompt, *");
        BadInput.IsRefused(() => Golden.For("v_per_token", caseName: "large_scores"), "there is no golden 'v_per_token': nothing was captured of it in large_scores");
    }

    private static IEnumerable<Golden> OfPasses() =>
        from model in MicroModel.All
        from pass in model.Passes.Take(2)
        from scope in new[] { Scope.Article, Scope.Layer(2) }
        from step in Aliases.DumpableWithCache
        where step.dtype is not null && pass.Results(ScalarType.Float32).ContainsKey(scope.KeyOf(step))
        select Golden.For(pass.Prefix + scope.KeyOf(step), model);
}
