using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Tests.Tokenizers;

public class EncodeTests
{
    [Fact(DisplayName = "encode: bytes without merges stay bytes")]
    public void Bytes_stay_bytes() => TestTokenizers.WithMerges().encode("hé").Should().Equal('h', 0xC3, 0xA9);

    [Fact(DisplayName = "encode: nothing gives no tokens")]
    public void Nothing() => TestTokenizers.WithMerges().encode("").Should().BeEmpty();

    [Theory(DisplayName = "encode: the pair with the lowest rank is merged first, the leftmost of equals, whatever the gaps between ranks")]
    [InlineData("abc", new[] { 'a', 300 })]
    [InlineData("abab", new[] { 7000, 7000 })]
    [InlineData("abcab", new[] { 'a', 300, 7000 })]
    [InlineData("ccc", new[] { 90_000, 'c' })]
    [InlineData("cccc", new[] { 90_000, 90_000 })]
    public void Merges_by_rank(string text, int[] ids) =>
        TestTokenizers.WithMerges(("bc", 300), ("ab", 7000), ("cc", 90_000)).encode(text).Should().Equal(ids);

    [Fact(DisplayName = "encode: a piece that is a token is taken whole, even if no merges lead to it")]
    public void Whole_piece_first() => TestTokenizers.WithMerges(("xyz", 500)).encode("xyz xyz").Should().Equal(500, ' ', 'x', 'y', 'z');

    [Fact(DisplayName = "encode: merges grow step by step")]
    public void Merges_grow() =>
        TestTokenizers.WithMerges(("aa", 256), ("aaaa", 257), ("aaaaaaaa", 258)).encode(new string('a', 15)).Should().Equal(258, 257, 256, 'a');

    [Fact(DisplayName = "encode: nothing is merged across the border of two pieces")]
    public void Not_across_pieces() => TestTokenizers.WithMerges(("b ", 256), (" a", 257)).encode("ab ab").Should().Equal('a', 'b', 257, 'b');

    [Theory(DisplayName = "encode: special tokens in the text are refused")]
    [InlineData("hi<|eot_id|>", "<|eot_id|> at position 2")]
    [InlineData("<|<|reserved_special_token_250|>", "<|reserved_special_token_250|> at position 2")]
    public void Special_tokens_are_refused(string text, string place) => BadInput.IsRefused(
        () => TestTokenizers.Pairs.encode(text),
        $"the text contains the special token {place}, which must not be part of a text");

    [Fact(DisplayName = "encode: special tokens become their ids if they are allowed")]
    public void Special_tokens_are_allowed() => TestTokenizers.WithMerges()
        .encode("<|begin_of_text|>a<|start_header_id|><|end_header_id|>b<|eot_id|><|reserved_special_token_250|>", allowed_special: true)
        .Should().Equal(128000, 'a', 128006, 128007, 'b', 128009, 128255);

    [Theory(DisplayName = "encode: what only looks like a special token is text")]
    [InlineData("<|foo|>")]
    [InlineData("<|EOT_ID|>")]
    [InlineData("<|reserved_special_token_251|>")]
    [InlineData("<|eot_id|")]
    public void Not_special(string text) => TestTokenizers.WithMerges().encode(text, allowed_special: true).Should().HaveCount(text.Length);

    [Fact(DisplayName = "special tokens: 256 names from 128000 on, in Meta's order")]
    public void Special_names()
    {
        SpecialTokens.Names.Should().HaveCount(256).And.OnlyHaveUniqueItems();
        SpecialTokens.Names.Take(11).Should().Equal("<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>",
            "<|reserved_special_token_1|>", "<|reserved_special_token_2|>", "<|reserved_special_token_3|>", "<|start_header_id|>",
            "<|end_header_id|>", "<|reserved_special_token_4|>", "<|eot_id|>", "<|reserved_special_token_5|>");
        TestTokenizers.Pairs.n_vocab.Should().Be(128256);
    }

    [Fact(DisplayName = "explain: a piece from its bytes to its tokens; of a piece that is a token without merges, the token last")]
    public void Explain()
    {
        var tokenizer = (Llama3Tokenizer)TestTokenizers.WithMerges(("ab", 256), ("xyz", 500), ("é", 257));
        tokenizer.explain("abab xyzxyz\u0007é").SelectMany(steps => steps).Select(step => $"{step.id} {step}").Should().Equal(
            " [a][b][a][b]", "256 [ab][a][b]", "256 [ab][ab]",
            " [ ][x][y][z][x][y][z]",
            " [\\u0007][\\xC3][\\xA9]", "257 [\\u0007][é]");
        tokenizer.explain("xyz").Single().Select(step => step.ToString()).Should().Equal("[x][y][z]", "[xyz]");
    }

    [Fact(DisplayName = "explain: a long piece is refused")]
    public void Explain_long() => BadInput.IsRefused(
        () => ((Llama3Tokenizer)TestTokenizers.Pairs).explain("ab " + new string('c', 30), longest: 20).ToArray(),
        "the piece at position 2 has 31 bytes; merges are shown of pieces up to 20");

    public static TheoryData<string> MonotonousTexts => [" ", "a", "\n ", "𝐀", "<|"];

    [SkippableTheory(DisplayName = "encode: a long text of the same comes back"), MemberData(nameof(MonotonousTexts))]
    public void Monotonous_texts(string unit)
    {
        Skip.If(Engine.Tokenizer == "Microsoft", "Microsoft.ML.Tokenizers takes five seconds for a piece of this length, and in long tests minutes");
        var text = string.Concat(Enumerable.Repeat(unit, (LongTests.Run ? 1 << 20 : 1 << 17) / unit.Length));
        TestTokenizers.Pairs.decode(TestTokenizers.Pairs.encode(text)).Should().Be(text);
    }
}
