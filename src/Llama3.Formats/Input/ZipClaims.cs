using System.IO.Compression;

namespace Llama3.Formats.Input;

/// <summary>The sizes that a zip archive claims, held against that of the file before anything is expanded.</summary>
internal static class ZipClaims
{
    private const int MostExpansion = 1032; // deflate's limit
    private const int ExpansionOfBombs = 100;
    private const long Large = 1 << 30, AnyWhole = 1 << 20;

    /// <summary>Why an entry cannot have the size that it claims; null if it can.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="length">The length of the archive.</param>
    public static string? Refusal(ZipArchiveEntry entry, long length) =>
        entry.Length < 0 || entry.CompressedLength < 0 || entry.CompressedLength > length || entry.Length / MostExpansion > entry.CompressedLength
            ? $"claims {entry.Length} bytes, more than {entry.CompressedLength} stored ones can hold"
            : null;

    /// <summary>
    /// How many bytes an entry may expand to that describes tensors and is read whole: what is made of it takes some thirty times that. torch.save stores it without
    /// compression.
    /// </summary>
    public static long MostWhole(ZipArchiveEntry entry) => Math.Max(AnyWhole, entry.CompressedLength * ExpansionOfBombs);

    /// <summary>Refuses an archive that expands out of all proportion, as no tensors do: a zip bomb.</summary>
    /// <param name="zip">The archive.</param>
    /// <param name="length">Its length.</param>
    /// <param name="advice">How to write tensors that really are nothing but zeros.</param>
    /// <exception cref="InvalidDataException">It does.</exception>
    public static void RequireModest(ZipArchive zip, long length, string advice)
    {
        var stored = zip.Entries.Aggregate((Int128)0, (sum, entry) => sum + entry.CompressedLength);
        var expanded = zip.Entries.Aggregate((Int128)0, (sum, entry) => sum + entry.Length);
        if (stored > length) { throw new InvalidDataException($"its entries overlap as in a zip bomb: they take {stored} bytes of a file that has {length}"); }
        if (expanded > Large && expanded / ExpansionOfBombs > length)
        {
            throw new InvalidDataException($"its {length} bytes would expand to {expanded}, as those of a zip bomb; {advice}");
        }
    }
}
