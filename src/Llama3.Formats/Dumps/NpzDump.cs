using System.IO.Compression;
using Llama3.Formats.Input;
using Llama3.Formats.Npy;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is one .npz file of NumPy, which stays open: a zip archive of .npy files, stored or deflated.</summary>
internal static class NpzDump
{
    private const string Unnamed = "arr_";
    private const string Advice = "write it with numpy.savez(path, **tensors), where tensors is a dictionary of names and arrays";

    public static Dump Open(string path) => FileGuard.Read(path, () =>
    {
        var stream = InputFile.Open(path);
        try
        {
            RequireZip(stream);
            var zip = Archive(path, stream);
            return new Dump(path, "npz", Entries(path, zip, new FileStamp(stream, path)), zip);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    private static void RequireZip(Stream stream)
    {
        Span<byte> start = stackalloc byte[24];
        var read = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (read.StartsWith("PK"u8)) { return; }
        throw new InvalidDataException(read is [] ? "the file is empty"
            : read.StartsWith("version https://git-lfs"u8) ? "this is a Git LFS pointer: fetch the file itself with \"git lfs pull\""
            : $"this is not a zip archive as numpy.savez writes it; {Advice}");
    }

    private static ZipArchive Archive(string path, Stream stream) => FileGuard.Read(path, () =>
    {
        var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        _ = zip.Entries; // reads the directory
        return zip;
    }, damage: "the archive is damaged or cut off");

    private static List<DumpEntry> Entries(string path, ZipArchive zip, FileStamp stamp)
    {
        var (gate, names) = (new Lock(), new HashSet<string>());
        var entries = zip.Entries.Where(IsArray).Select(entry => Entry(path, entry, stamp, gate)).ToList();
        ZipClaims.RequireModest(zip, stamp.length, "if all is right with it, write it with numpy.savez, without compression");
        if (entries.Find(entry => !names.Add(entry.Name)) is { } twice) { throw new InvalidDataException($"{Printable.Text(twice.Name)} is there twice"); }
        return entries.Count == 0 ? throw new InvalidDataException($"the archive holds no .npy files; {Advice}")
            : entries.TrueForAll(IsUnnamed) ? throw new InvalidDataException($"the arrays have no names but {entries[0].Name}, …; {Advice}")
            : entries;
    }

    /// <summary>macOS adds files that have the names of others.</summary>
    private static bool IsArray(ZipArchiveEntry entry) =>
        entry.FullName.EndsWith(NpyFolder.Extension, StringComparison.Ordinal) && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);

    private static bool IsUnnamed(DumpEntry entry) =>
        entry.Name.StartsWith(Unnamed, StringComparison.Ordinal) && int.TryParse(entry.Name.AsSpan(Unnamed.Length), out _);

    private static DumpEntry Entry(string path, ZipArchiveEntry entry, FileStamp stamp, Lock gate)
    {
        var name = NameOf(entry.FullName[..^NpyFolder.Extension.Length]);
        if (ZipClaims.Refusal(entry, stamp.length) is { } refusal) { throw new InvalidDataException($"{Printable.Text(entry.FullName)} {refusal}"); }
        var header = Read(path, entry, file => NpyHeader.Read(file, entry.Length));
        TensorFile.RequireFull(name, header.dtype, header.shape, entry.Length - header.begin);
        return new(name, header.dtype, header.shape, Load);

        Tensor Load()
        {
            lock (gate)
            {
                return Read(path, entry, file =>
                {
                    file.Skip(header.begin);
                    var numbers = RawNumbers.Read(file, name, header.dtype, header.shape);
                    stamp.RequireSame();
                    return numbers;
                });
            }
        }
    }

    /// <summary>Of a zipped folder of passes, <c>decode.0/tokens</c> is <c>decode.0.tokens</c>; other names may have slashes.</summary>
    private static string NameOf(string file, string outer = "") =>
        file.IndexOf('/') is var slash and > 0 && PassNames.Prefix(file[..slash], outer) is { } prefix
            ? NameOf(file[(slash + 1)..], outer + prefix)
            : outer + file;

    private static T Read<T>(string path, ZipArchiveEntry entry, Func<Stream, T> read) => FileGuard.Read($"{path}, {entry.FullName}", () =>
    {
        try
        {
            using var content = entry.Open();
            return read(content);
        }
        catch (Exception error) when (error is EndOfStreamException or NotSupportedException)
        {
            throw new InvalidDataException("the archive is damaged here, or cut off", error);
        }
    });
}
