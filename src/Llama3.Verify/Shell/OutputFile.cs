namespace Llama3.Verify.Shell;

/// <summary>
/// A file that a user names for a result. It is tried before the work begins, so that one that cannot be written is known at once. An older
/// one stays until the new one is whole, and work that is interrupted leaves no new one.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _name;
    private readonly FileStream? _inPlace;

    /// <summary>Opens the file, or tries whether there can be one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public OutputFile(string path)
    {
        var file = new FileInfo(path);
        _name = file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        var older = file.Exists ? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0) : null;
        // What is there and empty may be a device or a pipe, whose place no file can take.
        if (older is not null && new FileInfo(_name) is not { Exists: true, Length: > 0 })
        {
            _inPlace = older;
            return;
        }
        older?.Dispose();
        UnfinishedFiles.Try(_name);
    }

    /// <summary>Writes the result, in place of an older one.</summary>
    /// <exception cref="IOException">It cannot be written; an older one is as it was.</exception>
    public void Write(Action<Stream> write)
    {
        if (_inPlace is null)
        {
            UnfinishedFiles.Write([(_name, write)], replace: true);
            return;
        }
        using var bytes = new MemoryStream();
        write(bytes);
        // A pipe may wait for its reader, and an interruption must not.
        if (_inPlace.CanSeek) { UnfinishedFiles.AtOnce(() => Overwrite(_inPlace, bytes.ToArray())); }
        else { _inPlace.Write(bytes.ToArray()); }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _inPlace?.Dispose();

    private static void Overwrite(FileStream file, byte[] bytes)
    {
        if (file.Length > 0) { file.SetLength(0); }
        try
        {
            file.Write(bytes);
        }
        catch (IOException) when (file.Length > 0)
        {
            file.SetLength(0);
            throw;
        }
    }
}
