namespace Llama3.Formats.Input;

/// <summary>The one place that turns an error of a file into a <see cref="BadInputException"/> with the name of the file.</summary>
internal static class FileGuard
{
    /// <summary>Translates the errors of reading a file: an error of the system, or content that breaks the format.</summary>
    /// <param name="path">The file's name in messages.</param>
    /// <param name="read">Reads the file; throws <see cref="InvalidDataException"/> for bad content.</param>
    /// <param name="damage">
    /// What bad content means, said before the details. If given, <see cref="IOException"/> and <see cref="NotSupportedException"/> count
    /// as bad content too, because .NET's classes for archives throw them for it.
    /// </param>
    /// <exception cref="BadInputException">Reading has failed.</exception>
    public static T Read<T>(string path, Func<T> read, string? damage = null)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (IsBadContent(error, damage))
        {
            var details = damage is null ? error.Message : $"{damage}: {error.Message}";
            throw new BadInputException(Printable.Line($"{path}: {details}"), error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var reason = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : error.Message;
            throw new BadInputException(Printable.Line($"{path} cannot be read: {reason}"), error);
        }
    }

    /// <summary>Translates the errors of writing a file or a folder.</summary>
    /// <param name="target">Its name in messages: <c>--svg "x.svg"</c>.</param>
    /// <param name="write">Writes.</param>
    /// <exception cref="BadInputException">Writing has failed, or the path is not valid.</exception>
    public static T Write<T>(string target, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException { ParamName: "path" })
        {
            throw new BadInputException(Printable.Line($"{target} cannot be written: {error.Message}"), error);
        }
    }

    /// <summary>The same for an action without a result.</summary>
    /// <exception cref="BadInputException">Writing has failed, or the path is not valid.</exception>
    public static void Write(string target, Action write) => Write(target, () =>
    {
        write();
        return true;
    });

    private static bool IsBadContent(Exception error, string? damage) =>
        error is InvalidDataException || (damage is not null && error is IOException or NotSupportedException);
}
