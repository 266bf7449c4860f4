using System.IO.Compression;

namespace Llama3.Tests.Damage;

/// <summary>A zip archive: an entry is changed, and its sizes and its checksum are right again.</summary>
/// <param name="inner">What an entry is made of.</param>
internal sealed class ZipForm(Form inner) : Form
{
    private const int MostExpanded = 1 << 20;

    public override byte[] Change(byte[] input, Func<byte[], byte[]> change, Random random)
    {
        if (Entries(input) is not { Count: > 0 } entries) { return change(input); }
        var chosen = random.Next(random.Next(2) == 0 ? 1 : entries.Count);
        var (name, content) = entries[chosen];
        switch (random.Next(12))
        {
            case 0: entries.RemoveAt(chosen); break;
            case 1: entries.Add(entries[chosen]); break;
            case 2: entries[chosen] = (System.Text.Encoding.UTF8.GetString(change(System.Text.Encoding.UTF8.GetBytes(name))), content); break;
            case 3: entries[chosen] = (entries[random.Next(entries.Count)].Name, content); break;
            default: entries[chosen] = (name, inner.Change(content, change, random)); break;
        }
        return Written(entries, random.Next(4) == 0 ? CompressionLevel.Fastest : CompressionLevel.NoCompression);
    }

    /// <summary>All of an entry.</summary>
    public static byte[] Content(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static List<(string Name, byte[] Content)>? Entries(byte[] input)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(input));
            return zip.Entries.Sum(entry => entry.Length) > MostExpanded ? null : [.. zip.Entries.Select(entry => (entry.FullName, Content(entry)))];
        }
        catch (Exception error) when (error is IOException or InvalidDataException or NotSupportedException or ArgumentException or OverflowException)
        {
            return null; // It is no archive any more.
        }
    }

    private static byte[] Written(List<(string Name, byte[] Content)> entries, CompressionLevel level)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name.Length > 0 ? name[..Math.Min(name.Length, 4000)] : "x", level).Open();
                entry.Write(content);
            }
        }
        return file.ToArray();
    }
}
