using Llama3.Formats.Checkpoints;
using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Tests.Tokenizers.Gguf;

/// <summary>The vocabulary of SmolLM2-135M-Instruct, from its GGUF.</summary>
public sealed class SmolLmTests
{
    private static readonly Lazy<ITokenizer> Opened = new(() => GgufVocabularyReader.Open(SmolLm.File()));

    [SkippableFact(DisplayName = "SmolLM2: 894 texts give the ids that Hugging Face's library, and llama.cpp, give")]
    public void Texts()
    {
        foreach (var expectation in MergesExpectation.All)
        {
            var ids = Opened.Value.encode(expectation.text);
            ids.Should().Equal(expectation.smollm2, "Hugging Face's library encodes \"{0}\" so", expectation.text);
        }
    }

    [SkippableFact(DisplayName = "SmolLM2: nothing is put before a text; eos, and the token between documents, end it")]
    public void Frame() => (Opened.Value.frame.begin, Opened.Value.frame.ends).Should().BeEquivalentTo((Array.Empty<int>(), new[] { 2, 0 }));

    [SkippableFact(DisplayName = "SmolLM2: a conversation has the ids that llama.cpp gives it with the template's own system message")]
    public void Conversation() => Opened.Value.frame.chat(Opened.Value, [new("user", "What is 6 times 7?")]).Should().Equal(
        1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411, 407, 19712, 8182, 2, 198,
        1, 4093, 198, 1780, 314, 216, 38, 1711, 216, 39, 47, 2, 198, 1, 520, 9531, 198);

    [SkippableFact(DisplayName = "SmolLM2: each token has bytes, those that are text are encoded as themselves, and names as what they are")]
    public void Whole_vocabulary()
    {
        var tokenizer = Opened.Value;
        var texts = Enumerable.Range(0, tokenizer.n_vocab).Select(id => (id, bytes: tokenizer.decode_bytes([id]))).ToArray();
        texts.Should().HaveCount(49_152).And.NotContain(token => token.bytes.Length == 0);
        texts.Where(token => System.Text.Unicode.Utf8.IsValid(token.bytes))
            .Where(token => tokenizer.encode(tokenizer.decode([token.id]), allowed_special: true) is not [var id] || id != token.id)
            .Should().BeEmpty();
    }
}
