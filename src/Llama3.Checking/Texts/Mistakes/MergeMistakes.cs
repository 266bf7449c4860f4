using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>The bytes of a piece are merged wrongly.</summary>
internal static class MergeMistakes
{
    /// <summary>No token of Llama 3 has more bytes.</summary>
    private const int LongestToken = 128;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
    [
        Merge("whole_pieces_merged", "a piece that is a token is still put together by merges, which do not always lead to it",
            "look a piece up in the vocabulary before merging its bytes (ignore_merges in tokenizer.json)", ["ggml-org/llama.cpp#7193", "robertknight/rten#453"],
            BytePairMerger.Merged),
        Merge("merges_from_the_left", "the first pair from the left is merged, not the one with the lowest rank", "of all pairs, merge the one with the lowest rank first", [],
            (vocabulary, bytes) => Whole(vocabulary, bytes) ?? FromTheLeft(vocabulary, bytes)),
        Merge("longest_tokens_first", "the longest token at each place is taken, as if nothing were merged", "merge pairs by their ranks; the longest token need not come out", [],
            Longest),
        Merge("merges_missing", "bytes are not merged: a piece is one token or as many as it has bytes", "read the merges; in tokenizer.json they may be texts with a space, or lists of two", ["robertknight/rten#453"],
            (vocabulary, bytes) => Whole(vocabulary, bytes) ?? [.. bytes.Select(value => vocabulary.Rank(value))]),
        Merge("byte_values_as_ids", "a single byte becomes the id of its value", "look bytes up in the vocabulary: the byte 32 is token 220, the bytes are in GPT-2's order", [],
            (vocabulary, bytes) => BytePairMerger.Encode(vocabulary, bytes).Select(id => vocabulary.TryGetToken(id, out var token) && token is [var value] ? value : id)),
    ];

    private static TextMistake Merge(string name, string mistake, string fix, string[] threads, Func<Vocabulary, byte[], IEnumerable<int>> merge) =>
        new(TextKind.Encode, name, mistake, fix, port => port with { Merge = merge }) { Threads = threads };

    private static IEnumerable<int>? Whole(Vocabulary vocabulary, byte[] bytes) => vocabulary.TryGetRank(bytes, out var id) ? [id] : null;

    /// <summary>Parts are put on a pile; the upper two become one for as long as they are a token together.</summary>
    private static IEnumerable<int> FromTheLeft(Vocabulary vocabulary, byte[] bytes)
    {
        var starts = new List<int>();
        for (var end = 1; end <= bytes.Length; end++)
        {
            starts.Add(end - 1);
            while (starts.Count > 1 && vocabulary.TryGetRank(bytes.AsSpan(starts[^2]..end), out _)) { starts.RemoveAt(starts.Count - 1); }
        }
        return [.. starts.Select((start, index) => Id(vocabulary, bytes.AsSpan(start..(index + 1 < starts.Count ? starts[index + 1] : bytes.Length))))];
    }

    private static IEnumerable<int> Longest(Vocabulary vocabulary, byte[] bytes)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var length = Math.Min(LongestToken, bytes.Length - start);
            while (length > 1 && !vocabulary.TryGetRank(bytes.AsSpan(start, length), out _)) { length--; }
            yield return Id(vocabulary, bytes.AsSpan(start, length));
            start += length;
        }
    }

    private static int Id(Vocabulary vocabulary, ReadOnlySpan<byte> token) => vocabulary.TryGetRank(token, out var id) ? id : -1;
}
