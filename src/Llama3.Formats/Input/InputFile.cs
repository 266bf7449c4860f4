namespace Llama3.Formats.Input;

/// <summary>Opens and reads a file of a dump; what goes wrong becomes a <see cref="BadInputException"/> that names it.</summary>
internal static class InputFile
{
    /// <summary>What <paramref name="read"/> makes of a file, which is closed afterwards.</summary>
    public static T Read<T>(string path, Func<Stream, T> read) => Guard(path, () =>
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

    /// <summary>Translates the exceptions of reading a file.</summary>
    /// <exception cref="BadInputException">In place of an exception that reading may throw.</exception>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new BadInputException(Printable.Line($"{path}: {error.Message}"), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(Printable.Line($"{path} cannot be read: {error.Message}"), error);
        }
    }
}
