using System.IO.Compression;

namespace Llama3.Tests.Damage;

/// <summary>The inputs of a reader that are kept: an archive each, in which every input leads somewhere else, or has found a defect.</summary>
internal static class Corpus
{
    /// <summary>Inputs that have found a defect are called so, and a word for it. They stay.</summary>
    public const string Found = "found-";

    /// <summary>All zip archives begin then, so that the same inputs make the same file.</summary>
    private static readonly DateTimeOffset Begin = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The inputs by their names; none if there is no archive.</summary>
    public static IReadOnlyList<(string Name, byte[] Input)> Read(string reader)
    {
        if (!File.Exists(PathOf(reader))) { return []; }
        using var zip = ZipFile.OpenRead(PathOf(reader));
        return [.. zip.Entries.Select(entry => (entry.Name, ZipForm.Content(entry)))];
    }

    /// <summary>Writes the archive anew.</summary>
    public static void Write(string reader, IEnumerable<(string Name, byte[] Input)> inputs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(reader))!);
        using var zip = ZipFile.Open(PathOf(reader) + ".new", ZipArchiveMode.Create);
        foreach (var (name, input) in inputs.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
            entry.LastWriteTime = Begin;
            using var content = entry.Open();
            content.Write(input);
        }
        zip.Dispose();
        File.Move(PathOf(reader) + ".new", PathOf(reader), overwrite: true);
    }

    private static string PathOf(string reader) => Path.Combine(Repository.Root, "tests", "Shared", "Damage", "corpus", $"{reader}.zip");
}
