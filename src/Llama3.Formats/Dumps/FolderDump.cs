using Llama3.Formats.Input;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is a folder: what is in it says what it is. Folders in it that are called as a pass are its passes; others are not searched.</summary>
internal static class FolderDump
{
    /// <summary>Opens a folder.</summary>
    /// <exception cref="BadInputException">It holds no dump, or more than one.</exception>
    public static Dump Open(string path) => Open(path, outer: "");

    private static Dump Open(string path, string outer) => FileGuard.Read(path, () =>
    {
        string[] content = [.. Directory.GetFileSystemEntries(path).Order(StringComparer.Ordinal)];
        var passes = content.Where(Directory.Exists)
            .Select(folder => (Folder: folder, Prefix: PassNames.Prefix(Path.GetFileName(folder), outer))).Where(pass => pass.Prefix is not null).ToList();
        var reader = Reader(path, content);
        if (passes.Count == 0)
        {
            return reader is not null ? reader() : throw new InvalidDataException($"this folder holds no tensors{Unsearched(content)}, {Dump.Expected}");
        }
        var parts = passes.Select(pass => ((Func<Dump>)(() => Open(pass.Folder, outer + pass.Prefix)), pass.Prefix!));
        return DumpParts.Open(path, "passes, each a ", reader is null ? parts : parts.Prepend((reader, "")));
    });

    private static string Unsearched(string[] content) => Array.Find(content, Directory.Exists) is { } folder
        ? $"; folders in it are searched if they are called as passes, such as prompt and decode.0, which {Printable.Text(Path.GetFileName(folder))} is not"
        : "";

    /// <summary>
    /// What opens the files that are in the folder itself; null if none is a dump. Beside .npy files, or a manifest, there may be any other
    /// files, such as the checkpoint that was run.
    /// </summary>
    private static Func<Dump>? Reader(string path, string[] content)
    {
        var npy = content.Where(file => file.EndsWith(NpyFolder.Extension, StringComparison.Ordinal)).ToList();
        var hasManifest = content.Any(file => Path.GetFileName(file) == RawFolder.Manifest);
        if (npy.Count > 0 && hasManifest)
        {
            throw new InvalidDataException($"this folder has both {RawFolder.Manifest} and .npy files, expected only one of them");
        }
        return npy.Count > 0 ? () => NpyFolder.Open(path, npy)
            : hasManifest ? () => RawFolder.Open(path)
            : OfOneKind(path, [.. FilesFolder.Kinds(content), .. RawFiles.In(content) is { Count: > 0 } raw ? new[] { raw } : []]);
    }

    private static Func<Dump>? OfOneKind(string path, IReadOnlyList<IReadOnlyList<string>> kinds) => kinds switch
    {
        [] => null,
        [var files] when RawFiles.Are(files) => () => RawFiles.Open(path, files),
        [var files] => () => FilesFolder.Open(path, files),
        [[var one, ..], [var other, ..], ..] => throw new InvalidDataException(
            $"this folder has both {Path.GetFileName(one)} and {Path.GetFileName(other)}, expected files of one kind; give one of them, or a folder of its own"),
        _ => null,
    };
}
