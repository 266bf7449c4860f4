using Llama3.Formats.Tokenizers;
using Llama3.Formats.Tokenizers.Gguf;
using static Llama3.Formats.Tests.Tokenizers.Gguf.Vocabularies;

namespace Llama3.Formats.Tests.Tokenizers.Gguf;

/// <summary>Vocabularies in GGUF files.</summary>
public sealed class GgufTokenizerTests
{
    [Fact(DisplayName = "Hugging Face: 894 texts are cut as SmolLM's and merged alike (all pairs of bytes, in a shuffled order)")]
    public void Pairs_smollm() => AssertAlike(Read(Pairs("smollm")), expectation => expectation.smollm);

    [Fact(DisplayName = "Hugging Face: 894 texts are cut as GPT-2's and merged alike (all pairs of bytes, in a shuffled order)")]
    public void Pairs_gpt2() => AssertAlike(Read(Pairs("gpt-2")), expectation => expectation.gpt2);

    // The ids of a byte are its value: a is 97.
    [Theory(DisplayName = "merges are done in the order of the list, not of ids, and nothing else is merged:")]
    [InlineData("ab", new[] { 258 })]
    [InlineData("bc", new[] { 256 })]
    [InlineData("abc", new int[] { 258, 'c' })] // ab is merged before bc, and ab with c by no merge, though abc is a token.
    [InlineData("abab", new[] { 258, 258 })]
    [InlineData("cd", new int[] { 'c', 'd' })] // A token, but no merge gives it.
    [InlineData("dabc abc", new int[] { 'd', 258, 'c', ' ', 258, 'c' })]
    public void By_list(string text, int[] ids) => Read(Of("gpt-2", ["a b", "b c", "a bc"], Tokens("bc", "abc", "ab", "cd")))
        .encode(text).Should().Equal(ids);

    [Fact(DisplayName = "a byte without a token is left out, and what is around it is merged, as in Hugging Face's library")]
    public void Left_out()
    {
        var vocabulary = Of("smollm", ["! !"], Tokens("!!"));
        var types = vocabulary.token_type.ToArray();
        types[4] = Unused;
        var tokenizer = Read(vocabulary with { token_type = types });
        tokenizer.encode("!\u0004!").Should().Equal(256);
        tokenizer.encode("a\u0004b\u0004").Should().Equal('a', 'b');
    }

    [Fact(DisplayName = "a long piece takes no time that grows with its square")]
    public void Long_piece() => Read(Of("gpt-2", ["a a"], Tokens("aa"))).encode(new string('a', 200_001)).Should().HaveCount(100_001);

    [Fact(DisplayName = "special tokens come from the file: control tokens where they are allowed, the user's in any text, the longest first")]
    public void Special()
    {
        var tokenizer = Read(Of("smollm", [], ("<end>", Control), ("<end", UserDefined), ("", Unused), ("<unk>", Unknown)));
        tokenizer.encode("a<end>b<endb<unk>", allowed_special: true).Should().Equal('a', 256, 'b', 257, 'b', 259);
        tokenizer.encode_ordinary("<end>").Should().Equal(257, '>');
        tokenizer.encode("<endb").Should().Equal(257, 'b');
        tokenizer.decode([256, 'a', 257, 259]).Should().Be("<end>a<end<unk>");
        tokenizer.n_vocab.Should().Be(260);
        BadInput.IsRefused(() => tokenizer.encode("a<end>"), "the text contains the special token <end> at position 1, *");
        BadInput.IsRefused(() => tokenizer.decode([258]), "token id 258 is not in the vocabulary: expected one of its 259 tokens, from 0 to 259");
        BadInput.IsRefused(() => tokenizer.decode([260]), "token id 260 is not in the vocabulary: *");
    }

    [Fact(DisplayName = "llama-bpe: the micro vocabulary, with gaps filled, is the same tokenizer")]
    public void Llama_bpe() => AssertSame(OfMicro, Micro.Checkpoint.tokenizer, expectation => expectation.micro);

    [SkippableFact(DisplayName = "llama-bpe: Llama 3's vocabulary is the same tokenizer")]
    public void Llama_bpe_whole() => AssertSame(
        OfLlama3(TiktokenFile.Read(File.OpenRead(TestTokenizers.Llama3File()), "tokenizer.model")), TestTokenizers.Llama3(), expectation => expectation.llama3);

    [Fact(DisplayName = "llama-bpe: merges in another order than that of ids are refused")]
    public void Other_order() => BadInput.IsRefused(
        () => Read(Of("llama-bpe", ["b c", "a b"], Tokens("ab", "bc"))),
        "model.gguf: the merge \"a b\" gives token 256 after 257: expected Llama 3's merges, in the order of their ids");

    private static (string Token, int Type)[] Tokens(params string[] tokens) => [.. tokens.Select(token => (token, Normal))];

    private static void AssertAlike(ITokenizer tokenizer, Func<MergesExpectation, int[]> expected)
    {
        MergesExpectation.All.Should().HaveCount(894);
        foreach (var expectation in MergesExpectation.All)
        {
            var ids = tokenizer.encode(expectation.text);
            ids.Should().Equal(expected(expectation), "Hugging Face's library encodes \"{0}\" so", expectation.text);
            tokenizer.decode(ids).Should().Be(expectation.text);
        }
    }

    private static void AssertSame(GgufVocabulary vocabulary, ITokenizer expected, Func<ScriptExpectation, int[]> ids)
    {
        var tokenizer = Read(vocabulary);
        foreach (var expectation in ScriptExpectation.All) { tokenizer.encode(expectation.text).Should().Equal(ids(expectation)); }
        tokenizer.encode("<|begin_of_text|>x<|eot_id|>", allowed_special: true).Should().Equal(128000, 'x' - '!', 128009);
        tokenizer.n_vocab.Should().Be(expected.n_vocab);
        foreach (var (id, type) in vocabulary.token_type.Index().Where(token => token.Item != Unused || token.Index % 1000 == 0))
        {
            if (type == Unused) { BadInput.IsRefused(() => tokenizer.decode([id]), $"token id {id} is not in the vocabulary: *"); }
            else if (!tokenizer.decode_bytes([id]).AsSpan().SequenceEqual(expected.decode_bytes([id]))) { Assert.Fail($"{id} is decoded otherwise"); }
        }
    }
}
