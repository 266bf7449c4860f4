using System.Text.Json;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>
/// Reads a tokenizer.json of Hugging Face's library "tokenizers", if it was made from a tokenizer.model of Llama 3: its ids are then the
/// ranks, and the merges follow from them.
/// </summary>
internal sealed class TokenizerJson(string path)
{
    /// <summary>The pattern by which Llama 3 cuts a text before it merges bytes, as the file spells it.</summary>
    public const string Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const int MaxFileBytes = 64 << 20;

    /// <summary>Every token of <paramref name="stream"/> but the special ones; <paramref name="path"/> is its name in messages.</summary>
    /// <exception cref="BadInputException">The file is not Llama 3's tokenizer.</exception>
    public static Vocabulary Read(Stream stream, string path) => FileGuard.Read(path, () =>
        StrictJson.Parse(Utf8.WithoutByteOrderMark(stream.ReadAll(MaxFileBytes, path)), "not a JSON object", new TokenizerJson(path).Read));

    private Vocabulary Read(JsonElement json)
    {
        var model = StrictJson.Field(json, "model");
        if (StrictJson.Text(model, "type") is var type && type != "BPE") { throw Error($"model.type is {Quote(type)}, expected \"BPE\""); }
        if (Split(StrictJson.Field(json, "pre_tokenizer")) is var pattern && pattern != Pattern)
        {
            throw Error($"the text is cut by {Quote(pattern)}, expected Llama 3's pattern");
        }
        var vocabulary = Tokens(StrictJson.Field(model, "vocab"));
        vocabulary.RequireAllBytes(path);
        RequireMergesByRank(StrictJson.Field(model, "merges"), vocabulary);
        return vocabulary;
    }

    /// <summary>The pattern of the pre-tokenizer, which may stand alone or first in a sequence.</summary>
    private static string? Split(JsonElement pre_tokenizer)
    {
        var first = StrictJson.Field(pre_tokenizer, "pretokenizers") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().FirstOrDefault()
            : pre_tokenizer;
        return StrictJson.Text(StrictJson.Field(first, "pattern"), "Regex");
    }

    private Vocabulary Tokens(JsonElement vocab)
    {
        if (vocab.ValueKind != JsonValueKind.Object) { throw Error("model.vocab is missing, expected tokens and their ids"); }
        var vocabulary = new Vocabulary();
        foreach (var entry in vocab.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out var id) || id < 0)
            {
                throw Error($"token {Quote(entry.Name)} has the id {Printable.Text(entry.Value.GetRawText())}, expected an integer from 0 on");
            }
            if (id >= SpecialTokens.First) { continue; }
            var name = entry.Name;
            var bytes = ByteLetters.Read(name) ?? throw Error($"token {Quote(name)} is not spelt in byte letters");
            vocabulary.TryAddToken(bytes, id);
            if (!vocabulary.TryAddRank(bytes, id)) { throw Error($"id {id} already belongs to an earlier token"); }
        }
        return vocabulary;
    }

    private void RequireMergesByRank(JsonElement merges, Vocabulary vocabulary)
    {
        if (merges.ValueKind != JsonValueKind.Array) { throw Error("model.merges is missing, expected a list"); }
        MergesByRank.Require(merges.EnumerateArray().Select(merge => (Joined(merge), merge.GetRawText())), vocabulary, Error);
    }

    /// <summary>"a b", or in newer files ["a", "b"].</summary>
    private static string Joined(JsonElement merge) => merge.ValueKind switch
    {
        JsonValueKind.String => MergesByRank.Joined(merge.GetString()!),
        JsonValueKind.Array => string.Concat(merge.EnumerateArray().Select(part => part.GetString())),
        _ => " ",
    };

    private static string Quote(string? text) => text is null ? "missing" : $"\"{Printable.Text(text)}\"";

    private BadInputException Error(string what) => new($"{path}: {what}");
}
