using System.Globalization;
using System.Text;

namespace Llama3.Formats.Tokenizers;

/// <summary>A piece of text after a merge.</summary>
/// <param name="id">The token that the merge made; null before the first merge.</param>
/// <param name="parts">The parts of the piece after the merge, as text; invisible characters are escaped.</param>
public sealed record MergeStep(int? id, IReadOnlyList<string> parts)
{
    /// <summary>"[ t][he]".</summary>
    public override string ToString() => string.Concat(parts.Select(part => $"[{part}]"));

    /// <summary>The merges of a piece, from its bytes to its tokens: the plain rule, pair by pair, however long it takes.</summary>
    /// <param name="bytes">The tokens of the bytes.</param>
    /// <param name="merge">The token of two neighbours, or null.</param>
    internal static IEnumerable<MergeStep> Of(
        IEnumerable<(int Id, byte[] Bytes)> bytes, Func<(int Id, byte[] Bytes), (int Id, byte[] Bytes), int?> merge)
    {
        var parts = bytes.ToList();
        yield return new(null, [.. parts.Select(part => Text(part.Bytes))]);
        while (parts.Zip(parts.Skip(1), merge).Index().OrderBy(pair => pair.Item ?? int.MaxValue).FirstOrDefault() is (var left, { } id))
        {
            parts[left] = (id, [.. parts[left].Bytes, .. parts[left + 1].Bytes]);
            parts.RemoveAt(left + 1);
            yield return new(id, [.. parts.Select(part => Text(part.Bytes))]);
        }
    }

    /// <summary>The text; half a character as \x, an invisible one as \u.</summary>
    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(!isText ? $"\\x{bytes[0]:X2}" : IsVisible(rune) ? rune.ToString() : $"\\u{rune.Value:x4}");
            bytes = bytes[(isText ? length : 1)..];
        }
        return text.ToString();
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
