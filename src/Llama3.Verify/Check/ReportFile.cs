using Llama3.Formats.Input;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Check;

/// <summary>
/// The file of <c>--junit</c> or <c>--html</c>. It is opened before the check begins, so that a file that cannot be written is known at once. An older
/// report stays until there is a new one, and an interrupted check leaves no file.
/// </summary>
internal sealed class ReportFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly bool _isNew;
    private bool _isWritten;

    /// <summary>Opens or creates the file.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">Its path.</param>
    /// <param name="judged">What is judged, which it must not take the place of; null for standard input.</param>
    /// <exception cref="BadInputException">It cannot be written.</exception>
    public ReportFile(string option, string path, string? judged)
    {
        if (path.Length == 0) { throw new BadInputException($"{option} is empty: expected the name of a file"); }
        if (judged is { Length: > 0 } && Path.GetFullPath(judged) == Path.GetFullPath(path))
        {
            throw new BadInputException(Printable.Line($"{option} \"{path}\" is what is judged: name another file"));
        }
        (_path, _isNew) = (path, !File.Exists(path));
        _stream = FileGuard.Write($"{option} \"{path}\"", () =>
            _isNew ? UnfinishedFiles.Create(path) : new FileStream(path, FileMode.Open, FileAccess.Write));
    }

    /// <summary>Writes the report, in place of an older one.</summary>
    public void Write(Action<Stream> write)
    {
        if (_stream.CanSeek) { _stream.SetLength(0); }
        write(_stream);
        _stream.Flush();
        UnfinishedFiles.Keep(_path);
        _isWritten = true;
    }

    /// <summary>Closes the file; one in which nothing was written is removed.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        if (_isNew && !_isWritten) { UnfinishedFiles.Abandon(_path); }
    }
}
