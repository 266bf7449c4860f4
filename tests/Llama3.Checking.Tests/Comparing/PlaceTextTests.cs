using Llama3.Checking.Comparing;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Comparing;

/// <summary>How places, tokens and differences stand in messages.</summary>
public sealed class PlaceTextTests
{
    [Theory(DisplayName = "places: those that differ in their last number alone are a range:")]
    [InlineData("decode.0–3, 5", "decode.0", "decode.1", "decode.2", "decode.3", "decode.5")]
    [InlineData("rows 1–2", "row 1", "row 2")]
    [InlineData("row 10", "row 10")]
    [InlineData("run.0–1", "run.0", "run.1")]
    [InlineData("row 0, decode.1–3; row 1, decode.0", "row 0, decode.1", "row 0, decode.2", "row 0, decode.3", "row 1, decode.0")]
    [InlineData("the prompt; decode.1", "the prompt", "decode.1")]
    public void Places(string text, params string[] places) => PlaceText.Of(places).Should().Be(text);

    [Fact(DisplayName = "tokens in messages: new ones are counted from those before them; where a text is not known, the number stands alone")]
    public void Tokens()
    {
        var texts = new TokenTexts(["the", " answer", " to"], Before: 2);

        texts.At("M", 0).Should().Be("\" to\"");
        texts.At("T", 0).Should().Be("\"the\"");
        texts.At("N+M", 2).Should().Be("\" to\"");
        texts.At("N+M", 3).Should().BeNull();
        new TokenTexts(["the"]).At("M", 0).Should().Be("\"the\"");
    }

    [Fact(DisplayName = "axes: queries are tokens and what they look at are keys; beside them stands the text")]
    public void QueriesAndKeys()
    {
        var texts = new TokenTexts(["the", " answer"], Before: 1);

        AxisNames.Place(new Shape("n_kv_heads T T"), [3, 1, 0], texts).Should().Be("[head 3, token 1 \" answer\", key 0 \"the\"]");
        AxisNames.Place(new Shape("n_heads M N+M"), [3, 0, 1], texts).Should().Be("[head 3, token 0 \" answer\", key 1 \" answer\"]");
        AxisNames.Place(new Shape("M T"), [1, 0], texts).Should().Be("[token 1, key 0 \"the\"]");
        AxisNames.Place(new Shape("N+M head_dim"), [0, 5]).Should().Be("[token 0, 5]");
        AxisNames.Place(new Shape("T head_dim/2"), [0, 5, 1]).Should().Be("[token 0, pair 5, 1]");
        AxisNames.Of(new Shape("T head_dim/2 2")).Should().Equal("token", "pair", "part");
        AxisNames.Of(new Shape("dim n_heads dim dim")).Should().Equal("row", "head", "dim", "column");
        AxisNames.WithParts(new Shape("T head_dim/2"), ScalarType.ComplexFloat32).Should().Equal("token", "pair", "part");
        AxisNames.WithParts(new Shape("T"), ScalarType.Float32).Should().Equal("token");
    }

    [Fact(DisplayName = "differences in words: numbers with their distances, ids without, a single number without a place")]
    public void Differences()
    {
        var (numbers, ids, one) = (
            Comparison.Of(torch.tensor(new float[] { 3, 5 }), torch.tensor(new float[] { 3, 4 })),
            Comparison.Of(torch.tensor([1L, 2L]), torch.tensor([1L, 3L])),
            Comparison.Of(torch.tensor(2L), torch.tensor(3L)));

        ComparisonText.Worst(numbers, new Shape("T")).Should().Be("at [token 1]: 5, expected 4");
        ComparisonText.Worst(numbers, new Shape("T"), new TokenTexts(["a", "b"])).Should().Be("at [token 1 \"b\"]: 5, expected 4");
        ComparisonText.Worst(one, new Shape("")).Should().Be("2, expected 3");
        ComparisonText.Differing(numbers, ScalarType.Float32).Should().Be("1 of 2; max abs 1, rel-L2 0.2");
        ComparisonText.Differing(ids, ScalarType.Int64).Should().Be("1 of 2");
    }
}
