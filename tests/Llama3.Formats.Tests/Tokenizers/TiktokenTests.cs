using System.Text;
using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Tests.Tokenizers;

public class TiktokenTests
{
    [Fact(DisplayName = "tiktoken: 395 texts in many scripts are cut and merged alike (all pairs of bytes as ranks)")]
    public void Pairs() => AssertAlike(TestTokenizers.Pairs, expectation => expectation.pairs);

    [SkippableFact(DisplayName = "tiktoken: 395 texts in many scripts give the same ids (ranks of Llama 3)")]
    public void Llama3() => AssertAlike(TestTokenizers.Llama3(), expectation => expectation.llama3);

    [Fact(DisplayName = "tiktoken: 2,048 texts in 32 scripts give the same ids (ranks of the micro vocabulary)")]
    public void Scripts_micro() => AssertScriptsAlike(Micro.Checkpoint.tokenizer, expectation => expectation.micro);

    [SkippableFact(DisplayName = "tiktoken: 2,048 texts in 32 scripts give the same ids (ranks of Llama 3)")]
    public void Scripts_llama3() => AssertScriptsAlike(TestTokenizers.Llama3(), expectation => expectation.llama3);

    [SkippableFact(DisplayName = "Llama 3: the article's prompt becomes its 17 tokens")]
    public void Prompt()
    {
        const string Prompt = "the answer to the ultimate question of life, the universe, and everything is ";
        TestTokenizers.Llama3().encode("<|begin_of_text|>" + Prompt, allowed_special: true).Should().Equal(
            128000, 1820, 4320, 311, 279, 17139, 3488, 315, 2324, 11, 279, 15861, 11, 323, 4395, 374, 220);
    }

    [SkippableFact(DisplayName = "Llama 3: each of the 126,648 tokens that are text is encoded as itself")]
    public void Whole_vocabulary()
    {
        var tokenizer = TestTokenizers.Llama3();
        var utf8 = new UTF8Encoding(false, throwOnInvalidBytes: false);
        var texts = Enumerable.Range(0, 128_000).Select(id => (id, bytes: tokenizer.decode_bytes([id])))
            .Where(token => System.Text.Unicode.Utf8.IsValid(token.bytes)).ToArray();
        texts.Should().HaveCount(126_648);
        texts.Where(token => tokenizer.encode(utf8.GetString(token.bytes)) is not [var id] || id != token.id).Should().BeEmpty();
    }

    private static void AssertScriptsAlike(ITokenizer tokenizer, Func<ScriptExpectation, int[]> expected)
    {
        ScriptExpectation.All.Should().HaveCount(2048).And.Subject.Select(expectation => expectation.script).Distinct().Should().HaveCount(32);
        foreach (var expectation in ScriptExpectation.All)
        {
            var ids = tokenizer.encode(expectation.text);
            ids.Should().Equal(expected(expectation), "tiktoken encodes \"{0}\" so", expectation.text);
            tokenizer.decode(ids).Should().Be(expectation.text);
        }
    }

    private static void AssertAlike(ITokenizer tokenizer, Func<Expectation, int[]> expected)
    {
        Expectation.All.Should().HaveCount(395);
        foreach (var expectation in Expectation.All)
        {
            var ids = tokenizer.encode(expectation.Subject);
            ids.Should().Equal(expected(expectation), "tiktoken encodes \"{0}\" so", expectation.Subject);
            tokenizer.decode(ids).Should().Be(new StringBuilder().AppendJoin("", expectation.Subject.EnumerateRunes()).ToString());
        }
    }
}
