using System.Globalization;
using System.Text;

namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>The file in which minbpe shows its tokens to people: each with the merge that made it.</summary>
internal static class VocabFile
{
    /// <summary>A line for each token: "[ t][he] -> [ the] 300".</summary>
    public static string Text(OrderedDictionary<int, byte[]> vocab, OrderedDictionary<(int, int), int> merges)
    {
        var parts = merges.ToDictionary(merge => merge.Value, merge => merge.Key);
        return string.Concat(vocab.Select(token => parts.TryGetValue(token.Key, out var pair)
            ? $"[{Render(vocab[pair.Item1])}][{Render(vocab[pair.Item2])}] -> [{Render(token.Value)}] {token.Key}\n"
            : $"[{Render(token.Value)}] {token.Key}\n"));
    }

    /// <summary>The text, with invisible characters as code points: control and format characters, surrogates, private and unassigned ones.</summary>
    public static string Render(byte[] token) => string.Concat(Encoding.UTF8.GetString(token).EnumerateRunes().Select(rune =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned ? $"\\u{rune.Value:x4}" : rune.ToString()));
}
