using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Gguf;

/// <summary>The tokenizer in a GGUF.</summary>
internal static class GgufTokenizer
{
    /// <summary>The only model: spm, WordPiece and others merge no bytes.</summary>
    private const string BytePairs = "gpt2";

    /// <summary>The tokens of Llama 3: ids are ranks.</summary>
    private const string Llama3 = "llama-bpe";

    /// <summary>How texts are cut whose bytes are merged by a list.</summary>
    private static readonly Dictionary<string, PieceEnd> Cuts = new() { ["smollm"] = Gpt2Splitter.EndBetweenDigits, ["gpt-2"] = Gpt2Splitter.End };

    /// <summary>The tokenizer of <paramref name="vocabulary"/>; <paramref name="path"/> is the name of its file in messages.</summary>
    /// <exception cref="BadInputException">The vocabulary is of a kind that is not known here, or is damaged.</exception>
    public static ITokenizer Read(GgufVocabulary vocabulary, string path)
    {
        Require("tokenizer.ggml.model", vocabulary.model, [BytePairs], path);
        Require("tokenizer.ggml.pre", vocabulary.pre, [Llama3, .. Cuts.Keys], path);
        var tokens = GgufTokens.Read(vocabulary, path);
        var isLlama3 = vocabulary.pre == Llama3;
        return new ByteLevelTokenizer(tokens.Text, isLlama3 ? ByRanks(vocabulary, tokens, path) : ByList(vocabulary, tokens, path), tokens.Special, tokens.Added)
        {
            n_vocab = vocabulary.tokens.Count,
            frame = GgufFrame.Read(vocabulary, tokens.Special, vocabulary.add_bos ?? isLlama3, path),
            ranks = isLlama3 ? tokens.Text : null,
        };
    }

    private static IBytePairEngine ByRanks(GgufVocabulary vocabulary, GgufTokens tokens, string path)
    {
        tokens.Text.RequireAllBytes(path);
        MergesByRank.Require(
            vocabulary.merges.Select(merge => (MergesByRank.Joined(merge), $"\"{merge}\"")), tokens.Text, what => new($"{path}: {what}"));
        return TokenizerEngine.Default(tokens.Text);
    }

    private static MergeListEngine ByList(GgufVocabulary vocabulary, GgufTokens tokens, string path) =>
        new(GgufMerges.Read(vocabulary.merges, tokens.Text, path), Cuts[vocabulary.pre!]);

    private static void Require(string key, string? value, IReadOnlyList<string> known, string path)
    {
        if (value is not null && known.Contains(value)) { return; }
        var quoted = known.Select(name => $"\"{name}\"").ToList();
        var expected = quoted is [.. var first, var last] && first.Count > 0 ? $"{string.Join(", ", first)} or {last}" : quoted[0];
        throw new BadInputException($"{path}: {key} is {(value is null ? "missing" : $"\"{Printable.Text(value)}\"")}, expected {expected}; "
            + "a tokenizer of another kind cannot be used");
    }
}
