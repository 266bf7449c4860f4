using FluentAssertions.Execution;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Xunit.Sdk;

namespace Llama3.Assertions.Tests;

/// <summary>Right tensors pass, wrong ones fail with a message that tells why.</summary>
public sealed class TensorAssertionsTests
{
    [Theory(DisplayName = "a golden is close to itself, in the layouts that ports have")]
    [InlineData("q_per_token", new long[] { 17, 10 })]
    [InlineData("layers.1.q_per_token", new long[] { 8, 17, 10 })]
    [InlineData("layers.1.q_per_token", new long[] { 1, 8, 17, 10 })]
    [InlineData("layers.2.feed_forward_gate", new long[] { 17, 288 })]
    [InlineData("freqs_cis", new long[] { 17, 5, 2 })]
    [InlineData("tokens", new long[] { 17 })]
    public void Right(string key, long[] shape)
    {
        var golden = Golden.For(key).Tensor;
        var values = golden.dtype == int64 ? golden : torch.tensor(golden.ToSingles(), shape);
        values.Should().BeCloseTo(Golden.For(key)).And.NotBeNull();
    }

    [Fact(DisplayName = "the axis of heads may come after the tokens, or the heads side by side")]
    public void Other_layouts()
    {
        var golden = Golden.For("layers.2.k_per_token", MicroModel.MicroMha);
        golden.Tensor.transpose(0, 1).Should().BeCloseTo(golden);
        golden.Tensor.transpose(0, 1).reshape(17, 80).Should().BeCloseTo(golden);
    }

    [Fact(DisplayName = "a tensor of all heads is held against all heads, also under the name for one")]
    public void All_heads()
    {
        var heads = Golden.For("layers.0.q_per_token").Tensor;
        heads.Should().BeCloseTo(Golden.For("q_per_token"));
        var firstIsRight = torch.cat([heads[..1], heads[1..] + 1], 0);
        Message(() => firstIsRight.Should().BeCloseTo(Golden.For("q_per_token"))).Should().Contain("only       head 1–7");
    }

    [Fact(DisplayName = "bfloat16 is close if the port says that it computes in it")]
    public Task Rounded()
    {
        var golden = Golden.For("layers.1.output_after_feedforward");
        var rounded = golden.TensorIn(bfloat16);
        rounded.Should().BeCloseTo(golden, PortPrecision.bf16);
        return Snapshot.Verify(Message(() => rounded.Should().BeCloseTo(golden)));
    }

    [Fact(DisplayName = "a known mistake is called by its name")]
    public Task A_known_mistake()
    {
        var scores = Golden.For("layers.1.qk_per_token").Tensor * Math.Sqrt(10);
        return Snapshot.Verify(Message(() => scores.Should().BeCloseTo(Golden.For("layers.1.qk_per_token"), because: "{0} is {{right}}", becauseArgs: "it")));
    }

    [Fact(DisplayName = "a shape that the step cannot have is refused, with those that it can have")]
    public Task A_wrong_shape()
    {
        var attention = Golden.For("layers.0.qkv_attention").Tensor;
        return Snapshot.Verify(Message(() => attention.reshape(17, 8, 5, 2).Should().BeCloseTo(Golden.For("layers.0.qkv_attention"))));
    }

    [Fact(DisplayName = "the number of tokens may be wrong, as it is without <|begin_of_text|>")]
    public void Tokens_are_missing() => Message(() => Golden.For("tokens").Tensor[1..].Should().BeCloseTo(Golden.For("tokens")))
        .Should().Contain("shape      [16], expected [T] = [17]").And.Contain("looks like");

    [Fact(DisplayName = "no tensor at all is not close")]
    public void None() => Message(() => ((Tensor?)null).Should().BeCloseTo(Golden.For("freqs"))).Should().EndWith("the golden freqs of micro:\nthere is none");

    [Fact(DisplayName = "plain arrays are read as the golden is laid out, complex numbers as pairs")]
    public void Arrays()
    {
        foreach (var key in new[] { "layers.2.v_per_token", "freqs_cis", "logits" })
        {
            Golden.For(key).Tensor.ToSingles().Should().BeCloseTo(Golden.For(key)).And.NotBeEmpty();
        }
        float[] none = [];
        Message(() => none.Should().BeCloseTo(Golden.For("layers.2.v_per_token")))
            .Should().EndWith("there are 0 numbers, expected those of [2, 17, 10], [n_kv_heads, T, head_dim]");
        Message(() => Golden.For("freqs").Tensor.ToSingles().Reverse().ToArray().Should().BeCloseTo(Golden.For("freqs"))).Should().Contain("worst      at [");
    }

    [Fact(DisplayName = "arrays of double and arrays of ids are close too")]
    public void Other_arrays()
    {
        double[] scores = [.. Golden.For("decode.1.layers.1.qk_per_token").Tensor.ToSingles().Select(score => score + 1e-9)];
        scores.Should().BeCloseTo(Golden.For("decode.1.layers.1.qk_per_token")).And.HaveCount(8 * 5 * 23);
        scores[0] += 1;
        Message(() => scores.Should().BeCloseTo(Golden.For("decode.1.layers.1.qk_per_token"))).Should()
            .Contain("golden decode.1.layers.1.qk_per_token of micro").And.Contain("worst      at [head 0, token 0 \"<|end_of_text|>\", key 0 \"<|begin_of_text|>\"]");
        long[] ids = Golden.For("tokens").Tensor.ToInt64s();
        ids.Should().BeCloseTo(Golden.For("tokens"));
        ids[0] = 128001;
        Message(() => ids.Should().BeCloseTo(Golden.For("tokens"))).Should().Contain("128001, expected 128000").And.Contain("differing  1 of 17\n").And.Contain("bos_128001");
    }

    [Fact(DisplayName = "in a scope all failures are gathered")]
    public void In_a_scope() => Message(() =>
    {
        using var scope = new AssertionScope();
        Array.Empty<float>().Should().BeCloseTo(Golden.For("freqs"));
        ((Tensor?)null).Should().BeCloseTo(Golden.For("freqs"));
    }).Should().Contain("there are 0 numbers").And.Contain("there is none");

    private static string Message(Action assertion) => assertion.Should().Throw<XunitException>().Which.Message.ReplaceLineEndings("\n");
}
