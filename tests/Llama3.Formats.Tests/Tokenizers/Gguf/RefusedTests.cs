using Llama3.Formats.Tokenizers.Gguf;
using static Llama3.Formats.Tests.Tokenizers.Gguf.Vocabularies;

namespace Llama3.Formats.Tests.Tokenizers.Gguf;

/// <summary>Vocabularies that cannot be used.</summary>
public sealed class RefusedTests
{
    private static readonly GgufVocabulary Good = Of("smollm", ["a b"], ("ab", Normal), ("<end>", Control), ("gap", Unused));

    public static TheoryData<string, string> Messages => new()
    {
        { "a model of another kind", "tokenizer.ggml.model is \"llama\", expected \"gpt2\"; a tokenizer of another kind cannot be used" },
        { "another way to cut", "tokenizer.ggml.pre is \"qwen2\", expected \"llama-bpe\", \"smollm\" or \"gpt-2\"; a tokenizer of another kind *" },
        { "no way to cut", "tokenizer.ggml.pre is missing, expected \"llama-bpe\", \"smollm\" or \"gpt-2\"; *" },
        { "an endless way to cut", "tokenizer.ggml.pre is \"aaaaa*…\", expected *" },
        { "no tokens", "tokenizer.ggml.tokens is empty" },
        { "too few types", "tokenizer.ggml.token_type has 1 entries, expected 259, one for each token" },
        { "a type of SentencePiece", "token 256, \"ab\", has the type 6, expected 1 (normal), *" },
        { "a token twice", "token 257, \"a\", is already the token of an earlier id" },
        { "a special token twice", "token 256, \"<end>\", is already the token of an earlier id" },
        { "a name of two kinds", "\"<end>\" is both a control token and a user-defined one" },
        { "an empty token", "token 256, \"\", has 0 letters, expected 1 to 1,024" },
        { "an endless token", "token 256, \"aaaaa*…\", has 10,000,000 letters, expected 1 to 1,024" },
        { "an endless special token", "token 257, \"aaaaa*…\", has 10,000,000 letters, expected 1 to 1,024" },
        { "a token that is not spelt in byte letters", "token 256, \"▁ab\", is not spelt in byte letters" },
        { "a merge of one token", "merge 0, \"ab\", is not two tokens with a space between them" },
        { "a merge of three tokens", "merge 0, \"a b c\", is not two tokens with a space between them" },
        { "a merge that gives no token", "merge 1, \"b c\", needs the token \"bc\", which the vocabulary does not have" },
        { "a merge of no token", "merge 0, \"ax b\", needs the token \"ax\", which the vocabulary does not have" },
        { "an endless merge", "merge 0, \"aaaaa*…\", needs the token \"aaaaa*…\", which the vocabulary does not have" },
        { "a merge twice", "merge 1, \"a b\", is already in the list" },
        { "a bos out of range", "tokenizer.ggml.bos_token_id is 259, expected a token in use, from 0 to 258" },
        { "an eos below 0", "tokenizer.ggml.eos_token_id is -1, expected *" },
        { "an unused eot", "tokenizer.ggml.eot_token_id is 258, expected a token in use, *" },
        { "no byte 0", "the byte 0x00 has no token, *" },
    };

    [Theory(DisplayName = "a vocabulary in a GGUF is refused, in a line that says why:"), MemberData(nameof(Messages))]
    public void Refused(string what, string message)
    {
        var endless = new string('a', 10_000_000);
        var vocabulary = what switch
        {
            "a model of another kind" => Good with { model = "llama" },
            "another way to cut" => Good with { pre = "qwen2" },
            "no way to cut" => Good with { pre = null },
            "an endless way to cut" => Good with { pre = endless },
            "no tokens" => Good with { tokens = [], token_type = [] },
            "too few types" => Good with { token_type = [1] },
            "a type of SentencePiece" => Good with { token_type = [.. Good.token_type.Take(256), OneByte, Control, Unused] },
            "a token twice" => Of("smollm", [], ("ab", Normal), ("a", Normal)),
            "a special token twice" => Of("smollm", [], ("<end>", Control), ("<end>", Unknown)) with { tokens = [.. Good.tokens.Take(255), "<end>", "<end>"], token_type = [.. Good.token_type.Take(255), Control, Unknown] },
            "a name of two kinds" => Of("smollm", [], ("<end>", Control), ("<end>", UserDefined)),
            "an empty token" => Of("smollm", [], ("", Normal)),
            "an endless token" => Of("smollm", [], (endless, Normal)),
            "an endless special token" => Of("smollm", [], ("ab", Normal), (endless, Control)),
            "a token that is not spelt in byte letters" => Of("smollm", [], ("▁ab", Normal)),
            "a merge of one token" => Good with { merges = ["ab"] },
            "a merge of three tokens" => Good with { merges = ["a b c"] },
            "a merge that gives no token" => Good with { merges = ["a b", "b c"] },
            "a merge of no token" => Good with { merges = ["ax b"] },
            "an endless merge" => Good with { merges = [endless + " b"] },
            "a merge twice" => Good with { merges = ["a b", "a b"] },
            "a bos out of range" => Good with { bos = 259 },
            "an eos below 0" => Good with { eos = -1 },
            "an unused eot" => Good with { eot = 258 },
            _ => Good with { pre = "llama-bpe", token_type = [Unused, .. Good.token_type.Skip(1)] },
        };
        BadInput.IsRefused(() => Read(vocabulary), $"model.gguf: {message}");
        Read(Good).encode("ab").Should().Equal([256], "the same without the fault is read");
    }
}
