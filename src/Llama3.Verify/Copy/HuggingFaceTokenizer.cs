using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Copy;

/// <summary>tokenizer.json, the tokenizer as Hugging Face's library "tokenizers" reads it.</summary>
internal static class HuggingFaceTokenizer
{
    private const string Begin = "<|begin_of_text|>";

    /// <summary>The content of the file, to be written as JSON.</summary>
    public static object Json(Vocabulary vocabulary) => new
    {
        version = "1.0",
        truncation = (object?)null,
        padding = (object?)null,
        added_tokens = SpecialTokens.Names.Select(name => AddedToken(name, SpecialTokens.Ids[name])),
        normalizer = (object?)null,
        pre_tokenizer = new
        {
            type = "Sequence",
            pretokenizers = new object[]
            {
                new { type = "Split", pattern = new { Regex = TokenizerJson.Pattern }, behavior = "Isolated", invert = false },
                ByteLevel(trim_offsets: true, use_regex: false),
            },
        },
        post_processor = new { type = "Sequence", processors = new[] { ByteLevel(trim_offsets: false, use_regex: true), Template() } },
        decoder = ByteLevel(trim_offsets: true, use_regex: true),
        model = Model(vocabulary),
    };

    /// <summary>A special token as both tokenizer.json and tokenizer_config.json describe it.</summary>
    /// <param name="content">Its name.</param>
    /// <param name="id">Null where the id is the key.</param>
    public static object AddedToken(string content, int? id) => id is null
        ? new { content, lstrip = false, normalized = false, rstrip = false, single_word = false, special = true }
        : new { id, content, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true };

    /// <remarks>
    /// The special tokens are in the vocabulary too. Without that, they would get other ids where the vocabulary has gaps, as an excerpt does.
    /// </remarks>
    private static object Model(Vocabulary vocabulary) => new
    {
        type = "BPE",
        dropout = (object?)null,
        unk_token = (object?)null,
        continuing_subword_prefix = (object?)null,
        end_of_word_suffix = (object?)null,
        fuse_unk = false,
        byte_fallback = false,
        ignore_merges = true,
        vocab = new OrderedDictionary<string, int>(
        [
            .. vocabulary.Ranks.OrderBy(entry => entry.Rank).Select(entry => KeyValuePair.Create(ByteLetters.Spell(entry.Token), entry.Rank)),
            .. SpecialTokens.Ids.OrderBy(entry => entry.Value),
        ]),
        merges = Merges(vocabulary),
    };

    /// <summary>All merges in the order of their ids, as Hugging Face's and llama.cpp's files have them.</summary>
    public static IEnumerable<string> Merges(Vocabulary vocabulary) =>
        vocabulary.Ranks.OrderBy(entry => entry.Rank).SelectMany(entry => Merges(vocabulary, entry.Token));

    /// <summary>Every pair of tokens that together are this one, as TikTokenConverter of transformers finds and orders them.</summary>
    private static IEnumerable<string> Merges(Vocabulary vocabulary, byte[] token) =>
        from length in Enumerable.Range(1, token.Length - 1)
        let left = Rank(vocabulary, token.AsSpan(0, length))
        let right = Rank(vocabulary, token.AsSpan(length))
        where left is not null && right is not null
        orderby left, right
        select $"{ByteLetters.Spell(token.AsSpan(0, length))} {ByteLetters.Spell(token.AsSpan(length))}";

    private static int? Rank(Vocabulary vocabulary, ReadOnlySpan<byte> token) => vocabulary.TryGetRank(token, out var rank) ? rank : null;

    private static object ByteLevel(bool trim_offsets, bool use_regex) =>
        new { type = "ByteLevel", add_prefix_space = false, trim_offsets, use_regex };

    /// <summary>Puts the first special token in front of every text.</summary>
    private static object Template()
    {
        var begin = new { SpecialToken = new { id = Begin, type_id = 0 } };
        var second = new { SpecialToken = new { id = Begin, type_id = 1 } };
        return new
        {
            type = "TemplateProcessing",
            single = new object[] { begin, Text("A", 0) },
            pair = new object[] { begin, Text("A", 0), second, Text("B", 1) },
            special_tokens = new Dictionary<string, object>
            {
                [Begin] = new { id = Begin, ids = new[] { SpecialTokens.Ids[Begin] }, tokens = new[] { Begin } },
            },
        };
    }

    private static object Text(string id, int type_id) => new { Sequence = new { id, type_id } };
}
