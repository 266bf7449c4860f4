namespace Llama3.Verify.Shell;

/// <summary>Files that are not whole yet. Before the process ends in the middle of its work, they are removed.</summary>
internal static class UnfinishedFiles
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Paths = [];

    /// <summary>Creates a file that is not whole before <see cref="Finish"/> or <see cref="Keep"/>.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static FileStream Create(string path)
    {
        lock (Gate)
        {
            var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete);
            Paths.Add(path);
            return stream;
        }
    }

    /// <summary>Gives its final name to a file that is whole and closed.</summary>
    /// <exception cref="IOException">There is a file of that name already, and <paramref name="replace"/> is false.</exception>
    public static void Finish(string path, string name, bool replace)
    {
        lock (Gate)
        {
            File.Move(path, name, replace);
            Paths.Remove(path);
        }
    }

    /// <summary>Marks a file as whole under its present name.</summary>
    public static void Keep(string path)
    {
        lock (Gate) { Paths.Remove(path); }
    }

    /// <summary>Removes a file that will never be whole.</summary>
    public static void Abandon(string path)
    {
        lock (Gate)
        {
            Paths.Remove(path);
            File.Delete(path);
        }
    }

    /// <summary>Removes all of them.</summary>
    /// <param name="then">Ends the process; called before another file can be created or finished.</param>
    public static void AbandonAll(Action then)
    {
        lock (Gate)
        {
            foreach (var path in Paths) { File.Delete(path); }
            Paths.Clear();
            then();
        }
    }
}
