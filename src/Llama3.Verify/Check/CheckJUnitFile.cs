using Llama3.Formats.Input;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Check;

/// <summary>
/// The file of <c>--junit</c>. It is opened before the check begins, so that a file that cannot be written is known at once. An older
/// report stays until there is a new one, and an interrupted check leaves no file.
/// </summary>
internal sealed class CheckJUnitFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Opens or creates the file.</summary>
    /// <exception cref="BadInputException">It cannot be written.</exception>
    public CheckJUnitFile(string path)
    {
        if (path.Length == 0) { throw new BadInputException("--junit is empty: expected the name of a file"); }
        _path = path;
        _stream = FileGuard.Write($"--junit \"{path}\"", () =>
            File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Write) : UnfinishedFiles.Create(path));
    }

    /// <summary>Writes the report, in place of an older one.</summary>
    public void Write(Action<Stream> write)
    {
        if (_stream.CanSeek) { _stream.SetLength(0); }
        write(_stream);
        _stream.Flush();
        UnfinishedFiles.Keep(_path);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();
}
