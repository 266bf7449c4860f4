namespace Llama3.Formats.Input;

/// <summary>Opens and reads files that a user names.</summary>
internal static class InputFile
{
    /// <summary>The result of <paramref name="read"/> for a file, which is then closed.</summary>
    /// <exception cref="BadInputException">The file cannot be read, or its content is bad.</exception>
    public static T Read<T>(string path, Func<Stream, T> read) => FileGuard.Read(path, () =>
    {
        using var file = Open(path);
        return read(file);
    });

    /// <summary>
    /// Opens a file. A file of length 0 is not opened: pipes and devices have this length, and could keep us waiting forever.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static Stream Open(string path)
    {
        if (Directory.Exists(path)) { throw new InvalidDataException("this is a folder, expected a file"); }
        return LengthOf(path) == 0
            ? Stream.Null
            : new FileStream(path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete });
    }

    /// <summary>The length of a file, or of the file that a link points to.</summary>
    public static long LengthOf(string path) =>
        (new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? new FileInfo(path)).Length;
}
