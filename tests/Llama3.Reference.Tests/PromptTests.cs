using Llama3.Formats.Tokenizers;
using Llama3.Reference.Steps;

namespace Llama3.Reference.Tests;

/// <summary>Which prompts are refused, and what is said.</summary>
public sealed class PromptTests
{
    [Fact(DisplayName = "prompt: 2048 tokens fit, with begin_of_text; one more is refused")]
    public void Length()
    {
        var tokenizer = TestTokenizers.WithMerges();

        Prompt.encode(tokenizer, new string('a', 2047)).shape.Should().Equal(2048);
        BadInput.IsRefused(
            () => Prompt.encode(tokenizer, new string('a', 2048)), "the prompt has 2049 tokens; at most 2048 fit (Meta's default for max_seq_len)");
        Prompt.ids(tokenizer, new string('a', 2048)).Should().HaveCount(2049);
    }

    [Fact(DisplayName = "prompt: one without text is refused, and one for which a vocabulary has no token")]
    public void Nothing()
    {
        BadInput.IsRefused(() => Prompt.ids(TestTokenizers.WithMerges(), ""), "the prompt is empty; give a text for the model to continue");
        BadInput.IsRefused(() => Prompt.ids(new Silent(), "a"), "the prompt has no token: the vocabulary has none for its bytes");
    }

    /// <summary>A tokenizer that has no token for anything.</summary>
    private sealed class Silent : ITokenizer
    {
        public int n_vocab => 1;

        TextFrame ITokenizer.frame => TextFrame.Llama3 with { begin = [] };

        public IReadOnlyList<int> encode(string text, bool allowed_special = false) => [];

        public IReadOnlyList<int> encode_ordinary(string text) => [];

        public string decode(IEnumerable<int> tokens) => "";

        public byte[] decode_bytes(IEnumerable<int> tokens) => [];
    }
}
