namespace Llama3.Formats.Input;

/// <summary>Opens and reads files that a user names.</summary>
internal static class InputFile
{
    /// <summary>What <paramref name="read"/> makes of a file, which is closed afterwards.</summary>
    /// <exception cref="BadInputException">The file cannot be read, or its content is bad.</exception>
    public static T Read<T>(string path, Func<Stream, T> read) => FileGuard.Read(path, () =>
    {
        using var file = Open(path);
        return read(file);
    });

    /// <summary>
    /// Opens a file. One without a length is not opened: pipes and devices have none, and could keep us waiting forever.
    /// </summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static Stream Open(string path)
    {
        if (Directory.Exists(path)) { throw new InvalidDataException("this is a folder, expected a file"); }
        return LengthOf(path) == 0
            ? Stream.Null
            : new FileStream(path, new FileStreamOptions { BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete });
    }

    /// <summary>How long a file is, or the one that a link points to.</summary>
    public static long LengthOf(string path) =>
        (new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? new FileInfo(path)).Length;
}
