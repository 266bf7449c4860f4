using Llama3.Checking.Goldens;
using Llama3.Formats.Tokenizers;
using Llama3.Formats.Tokenizers.Gguf;

namespace Llama3.Formats.Tests.Tokenizers.Gguf;

/// <summary>Vocabularies as a GGUF holds them.</summary>
internal static class Vocabularies
{
    public const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, OneByte = 6;

    public const string ChatMlTemplate =
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}";

    private static readonly Lazy<GgufVocabulary> Excerpt = new(() =>
        OfLlama3(TiktokenFile.Read(new MemoryStream(MicroModel.Micro.Read("tokenizer.model")), "tokenizer.model")));

    /// <summary>The micro vocabulary.</summary>
    public static GgufVocabulary OfMicro => Excerpt.Value;

    /// <summary>All bytes (the id of a byte is its value), then the given tokens.</summary>
    public static GgufVocabulary Of(string pre, string[] merges, params (string Token, int Type)[] more) => new(
        "gpt2", pre, [.. Bytes(), .. more.Select(token => token.Token)], [.. Enumerable.Repeat(Normal, 256), .. more.Select(token => token.Type)],
        merges, bos: null, eos: null, eot: null, add_bos: null, chat_template: null);

    /// <summary>All bytes, then all pairs of bytes, which are merged in a shuffled order, as in scripts/gguf_tokenizer_expectations.mjs.</summary>
    public static GgufVocabulary Pairs(string pre)
    {
        var bytes = Bytes().ToArray();
        (string Left, string Right)[] pairs = [.. bytes.SelectMany(left => bytes.Select(right => (left, right)))];
        return Of(
            pre,
            [.. Enumerable.Range(0, pairs.Length).Select(rank => pairs[rank * 40503L % 65536]).Select(pair => $"{pair.Left} {pair.Right}")],
            [.. pairs.Select(pair => (pair.Left + pair.Right, Normal))]);
    }

    /// <summary>The tokens of a tokenizer.model of Llama 3; what an excerpt lacks is unused. Merges are every way in which a token is two others.</summary>
    public static GgufVocabulary OfLlama3(Vocabulary ranks)
    {
        var tokens = Enumerable.Range(0, SpecialTokens.First).Select(id => ranks.TryGetToken(id, out var token) ? ByteLetters.Spell(token) : null).ToArray();
        var known = tokens.OfType<string>().ToHashSet();
        return new(
            "gpt2",
            "llama-bpe",
            [.. tokens.Select((token, id) => token ?? $"[GAP{id}]"), .. SpecialTokens.Names],
            [.. tokens.Select(token => token is null ? Unused : Normal), .. SpecialTokens.Names.Select(_ => Control)],
            [.. tokens.OfType<string>().SelectMany(token => Enumerable.Range(1, token.Length - 1)
                .Select(length => (Left: token[..length], Right: token[length..]))
                .Where(parts => known.Contains(parts.Left) && known.Contains(parts.Right))
                .Select(parts => $"{parts.Left} {parts.Right}"))],
            bos: 128000,
            eos: 128001,
            eot: null,
            add_bos: null,
            chat_template: null);
    }

    public static ITokenizer Read(GgufVocabulary vocabulary) => GgufTokenizer.Read(vocabulary, "model.gguf");

    private static IEnumerable<string> Bytes() => Enumerable.Range(0, 256).Select(value => ByteLetters.Spell([(byte)value]));
}
