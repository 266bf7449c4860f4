using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Tests.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Goldens by key, for the tests of a port in C#.</summary>
public sealed class GoldenTests
{
    [Theory(DisplayName = "a key names a golden of layer 0 and head 0, or of all heads of a layer:")]
    [InlineData("q_per_token", "layer 0 head 0", new long[] { 17, 10 }, "article")]
    [InlineData("layers.2.q_per_token", "layer 2", new long[] { 8, 17, 10 }, "article")]
    [InlineData("layers.1.feed_forward_gate", "layer 1", new long[] { 17, 288 }, "finer")]
    [InlineData("next_token", "layer 0 head 0", new long[0], "article")]
    public void A_key_names_a_golden(string key, string scope, long[] shape, string file)
    {
        var golden = Golden.For(key);
        golden.Key.Should().Be(key);
        golden.Scope.ToString().Should().Be(scope);
        golden.Shape.Should().Equal(shape);
        golden.Tensor.shape.Should().Equal(shape);
        golden.File.Should().Be($"fixtures/micro/{file}.fp32.safetensors");
    }

    [Fact(DisplayName = "a golden is found under the other names of its step too")]
    public void Other_names() => Golden.For("model.layers.1.self_attn.q_proj", MicroModel.MicroMha).ToString().Should().Be("layers.1.q_per_token of micro-mha");

    [Fact(DisplayName = "the golden of the pieces of text is text")]
    public void Text()
    {
        var golden = Golden.For("prompt_split_as_tokens");
        golden.Text.Should().HaveCount(17).And.StartWith("<|begin_of_text|>");
        golden.File.Should().Be("fixtures/micro/manifest.json");
        golden.Invoking(text => text.Tensor).Should().Throw<InvalidOperationException>().WithMessage("the result is text, not a tensor");
        Golden.For("freqs").Invoking(tensor => tensor.Text).Should().Throw<InvalidOperationException>().WithMessage("freqs is a tensor, not text");
    }

    [Theory(DisplayName = "a golden that there is not is refused, with the names that come nearest:")]
    [InlineData("layers.1.q_per_tokn", "there is no golden 'layers.1.q_per_tokn'; did you mean layers.1.q_per_token or *? A step's id means*")]
    [InlineData("swiglu", "there is no golden 'swiglu'; did you mean output_after_feedforward? A step's id *")]
    [InlineData("feed_forward", "there is no golden 'feed_forward'; did you mean feed_forward_gate or feed_forward_gate_activated or *")]
    [InlineData("layers.1.tokens", "there is no golden 'layers.1.tokens'; did you mean tokens or *")]
    [InlineData("q_per_token.head1", "there is no golden 'q_per_token.head1'; did you mean q_per_token or *")]
    [InlineData("decode.0.layers.1.q_per_tokn", "there is no golden 'decode.0.layers.1.q_per_tokn'; did you mean *q_per_token or *")]
    [InlineData("decode.0.layers.1.q_per_token_split_into_pairs", "there is no golden 'decode.0.layers.1.q_per_token_split_into_pairs': nothing was captured of it in decode.0")]
    [InlineData("decode.9.tokens", "micro has no case decode.9; it has article, other_prompt, *, decode.0, *, decode.8")]
    [InlineData("freqs_cos", "there is no golden 'freqs_cos'; did you mean *")]
    [InlineData("a\nb", "there is no golden 'a?b'; did you mean *")]
    [InlineData("", "there is no golden ''. A step's id means layer 0 and head 0, *")]
    [InlineData("layers.3.q_per_token", "there is no golden 'layers.3.q_per_token': micro has the layers 0 to 2")]
    public void There_is_none(string key, string message) => BadInput.IsRefused(() => Golden.For(key), message);

    [Fact(DisplayName = "a step and a layer name the same golden as a key")]
    public void A_step_names_a_golden()
    {
        Same(Golden.For(ArticleSteps.q_per_token), Golden.For("q_per_token"));
        Same(Golden.For(ArticleSteps.q_per_token, layer: 1), Golden.For("layers.1.q_per_token"));
        Same(Golden.For(FinerPoints.feed_forward_gate, layer: 2, MicroModel.MicroMha), Golden.For("layers.2.feed_forward_gate", MicroModel.MicroMha));
        Same(Golden.For(ArticleSteps.tokens, model: MicroModel.MicroMha), Golden.For("tokens", MicroModel.MicroMha));
        Golden.For(ArticleSteps.q_per_token).Shape.Should().Equal(17, 10);
        Golden.For(ArticleSteps.q_per_token, layer: 1).Shape.Should().Equal(8, 17, 10);

        static void Same(Golden one, Golden other) => (one.Key, one.Scope, one.Model, one.File).Should().Be((other.Key, other.Scope, other.Model, other.File));
    }

    [Fact(DisplayName = "a step of which there is no golden is refused")]
    public void There_is_none_of_a_step()
    {
        BadInput.IsRefused(() => Golden.For(ArticleSteps.q_per_token, layer: 3), "there is no golden 'layers.3.q_per_token': micro has the layers 0 to 2");
        BadInput.IsRefused(() => Golden.For(ArticleSteps.q_per_token, layer: -1), "there is no golden 'layers.-1.q_per_token': micro has the layers 0 to 2");
        BadInput.IsRefused(() => Golden.For(ArticleSteps.tokens, layer: 0), "there is no golden 'layers.0.tokens': it is computed once; leave the layer out");
        foreach (var step in CacheSteps.all)
        {
            BadInput.IsRefused(() => Golden.For(step), $"there is no golden '{step.id}': it is computed where there is a cache, in the passes after the prompt, such as decode.0.{step.id}");
        }
    }

    [Fact(DisplayName = "null is not a golden")]
    public void Null()
    {
        new Action(() => Golden.For((ArticleStep)null!)).Should().Throw<ArgumentNullException>().WithParameterName("step");
        new Action(() => Golden.For((string)null!)).Should().Throw<ArgumentNullException>().WithParameterName("key");
        new Action(() => Golden.For("freqs").Judge(null!)).Should().Throw<ArgumentNullException>().WithParameterName("actual");
    }

    [Fact(DisplayName = "a verdict says in one line that it agrees, and in several why it does not")]
    public void A_verdict_as_text()
    {
        var golden = Golden.For("layers.1.qk_per_token");
        golden.Judge(golden.Tensor).ToString().Should().Be("layers.1.qk_per_token agrees with the golden of micro: rel-L2 0, at most 1e-4");
        golden.Judge(golden.Tensor * Math.Sqrt(10)).ToString().Should().StartWith("step       24 qk_per_token").And.Contain("looks like no_scale: the scores are not");
    }

    [Fact(DisplayName = "the last token's row alone is compared, where a port may go on with it alone, and only there")]
    public void The_last_row()
    {
        var golden = Golden.For("layers.2.layer_0_embedding");
        golden.Judge(golden.Tensor[^1..]).Agrees.Should().BeTrue();
        golden.Judge(golden.Tensor[^1..] * 1.01).ToString().Should().Contain("worst      at [token 16 ").And.Contain("the last token alone");
        golden.Judge(golden.Tensor[..1]).Agrees.Should().BeFalse();
        Golden.For("layers.1.layer_0_embedding").Judge(golden.Tensor[^1..]).ToString().Should().Contain("has the shape [1, 80], expected [17, 80]");
    }

    [Fact(DisplayName = "the inputs of a golden are goldens")]
    public void Inputs()
    {
        Golden.For("layers.1.qk_per_token").Inputs.Select(input => input.Key).Should().Equal("layers.1.q_per_token_rotated", "layers.1.k_per_token_rotated");
        Golden.For("layers.1.token_embeddings").Inputs.Select(input => input.Key).Should().Equal("layers.0.layer_0_embedding");
        All().SelectMany(golden => golden.Inputs).Should().OnlyContain(input => Golden.For(input.Key, input.Model).Key == input.Key);
    }

    [Fact(DisplayName = "every golden agrees with itself, in all models and precisions")]
    public void Every_golden_agrees_with_itself()
    {
        foreach (var golden in All().Where(golden => golden.Step.dtype is not null))
        {
            golden.Judge(golden.Tensor).Agrees.Should().BeTrue($"{golden} is right");
            golden.Judge(golden.TensorIn(bfloat16), PortPrecision.bf16).Agrees.Should().BeTrue($"{golden} is right in bfloat16");
        }
    }

    [Fact(DisplayName = "what a caller does to a golden tensor changes no golden")]
    public void Tensors_are_copies()
    {
        foreach (var key in new[] { "tokens", "freqs_cis", "mask" }) { Golden.For(key).Tensor.Should().NotBeSameAs(Golden.For(key).Tensor); }
    }

    /// <summary>Overflow shows on large scores alone, which the article's prompt has not.</summary>
    public static TheoryData<string> Mistakes =>
        [.. Catalogue.Some.Where(mistake => mistake.Wrong.Keys.Any(step => step.dtype is not null)).Select(mistake => mistake.Name).Except(MistakeTests.UnseenEndToEnd)];

    [Theory(DisplayName = "a known mistake is named wherever it misses a golden:"), MemberData(nameof(Mistakes))]
    public void Known_mistakes_are_named(string name)
    {
        var mistake = KnownMistakes.All.Single(mistake => mistake.Name == name);
        var missed = (from scope in new[] { Scope.Layer(0), Scope.Layer(1) }
                      from step in mistake.Wrong.Keys
                      where step.dtype is not null
                      let wrong = MicroModel.Micro.Article.Walk(float32).With(mistake.Wrong).Run(step, scope).Result.tensor
                      let verdict = Golden.For(scope.KeyOf(step)).Judge(wrong)
                      where !verdict.Agrees
                      select verdict).ToList();
        missed.Should().NotBeEmpty();
        missed.Where(verdict => !verdict.LooksLike.Contains(mistake)).Should().BeEmpty("that is what happened");
    }

    private static IEnumerable<Golden> All() =>
        from model in MicroModel.All
        from scope in new[] { Scope.Article, Scope.Layer(0), Scope.Layer(2) }
        from step in Aliases.Dumpable
        where step.dtype is null || model.Article.Results(float32).ContainsKey(scope.KeyOf(step))
        select Golden.For(scope.KeyOf(step), model);
}
