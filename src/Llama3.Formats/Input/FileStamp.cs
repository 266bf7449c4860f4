namespace Llama3.Formats.Input;

/// <summary>Length and time of an open file, by which a later look knows whether somebody has written to it.</summary>
/// <param name="stream">The file, or a stream in memory, which is always the same.</param>
/// <param name="path">Its name in messages.</param>
internal sealed class FileStamp(Stream stream, string path)
{
    private readonly DateTime _written = TimeOf(stream);

    /// <summary>How many bytes there were.</summary>
    public long length { get; } = stream.Length;

    /// <summary>What has happened to the file since then; null if nothing has.</summary>
    public string? Problem => ProblemOf(stream);

    /// <summary>Refuses a file that has changed since then.</summary>
    /// <exception cref="BadInputException">It has.</exception>
    public void RequireSame() => RequireSame(stream);

    /// <summary>The same for a file that was closed and is opened again.</summary>
    /// <exception cref="BadInputException">It has changed, or another file has its name.</exception>
    public void RequireSame(Stream again)
    {
        if (ProblemOf(again) is { } problem) { throw new BadInputException(problem); }
    }

    private string? ProblemOf(Stream now) =>
        now.Length < length ? $"{path} has become shorter since it was opened: from {length} to {now.Length} bytes"
        : now.Length > length || TimeOf(now) != _written ? $"{path} was written to while it was in use: what was computed from it is of no use, run again"
        : null;

    private static DateTime TimeOf(Stream stream) => stream is FileStream file ? File.GetLastWriteTimeUtc(file.SafeFileHandle) : default;
}
