namespace Llama3.Verify.Shell;

/// <summary>Files that are not whole yet. They have names of their own; before the process ends in the middle of its work, they are removed.</summary>
internal static class UnfinishedFiles
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Paths = [];

    /// <summary>Writes files, all or none: what is there already stays until all new ones are whole.</summary>
    /// <param name="files">Their names, and what writes them.</param>
    /// <param name="replace">Whether they replace files of their names; otherwise such a file is an error.</param>
    /// <exception cref="IOException">A file cannot be written; then all is as it was.</exception>
    public static void Write(IEnumerable<(string Name, Action<Stream> Write)> files, bool replace)
    {
        var parts = new List<(string Path, string Name)>();
        try
        {
            foreach (var (name, write) in files)
            {
                using var stream = Create(name);
                parts.Add((stream.Name, name));
                write(stream);
            }
            Finish(parts, replace);
        }
        catch
        {
            foreach (var (path, _) in parts) { Abandon(path); }
            throw;
        }
    }

    /// <summary>Tries whether such a file can be written, before the work for it begins.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static void Try(string name)
    {
        using var stream = Create(name);
        Abandon(stream.Name);
    }

    /// <summary>Does at once what must not be done by half. An interruption waits for it.</summary>
    public static void AtOnce(Action write)
    {
        lock (Gate) { write(); }
    }

    /// <summary>A file that one run at a time can hold open. It is removed in the end; one that a killed run has left holds nobody up.</summary>
    /// <exception cref="IOException">Another run holds it open, or it cannot be created.</exception>
    public static IDisposable Lock(string path)
    {
        lock (Gate)
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            Paths.Add(stream.Name);
            return new HeldLock(stream);
        }
    }

    /// <summary>Removes all of them.</summary>
    /// <param name="then">Ends the process; called before another file can be created or finished.</param>
    public static void AbandonAll(Action then)
    {
        lock (Gate)
        {
            foreach (var path in Paths) { Remove(path); }
            Paths.Clear();
            then();
        }
    }

    /// <summary>Creates a file beside the one that it is to become. No other run has one of its name.</summary>
    private static FileStream Create(string name)
    {
        if (Directory.Exists(name)) { throw new IOException("there is a folder of this name"); }
        lock (Gate)
        {
            var stream = new FileStream($"{name}.{Path.GetRandomFileName()}.part", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
            Paths.Add(stream.Name);
            return stream;
        }
    }

    /// <summary>Gives their final names to files that are whole and closed. Nothing interrupts it.</summary>
    private static void Finish(IReadOnlyList<(string Path, string Name)> files, bool replace)
    {
        lock (Gate)
        {
            if (!replace && files.FirstOrDefault(file => File.Exists(file.Name)) is { Name: { } there }) { throw new IOException($"there is a file \"{there}\" by now"); }
            foreach (var (path, name) in files)
            {
                File.Move(path, name, replace);
                Paths.Remove(path);
            }
        }
    }

    private static void Abandon(string path)
    {
        lock (Gate)
        {
            if (Paths.Remove(path)) { Remove(path); }
        }
    }

    /// <summary>Where that fails, its folder is gone or cannot be written any more, and there is worse to tell.</summary>
    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private sealed class HeldLock(FileStream stream) : IDisposable
    {
        public void Dispose()
        {
            lock (Gate)
            {
                Paths.Remove(stream.Name);
                stream.Dispose();
            }
        }
    }
}
