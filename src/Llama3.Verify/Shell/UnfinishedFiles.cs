namespace Llama3.Verify.Shell;

/// <summary>Files that are not whole yet: whoever ends the process in the middle of its work removes them first.</summary>
public static class UnfinishedFiles
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

    /// <summary>Gives a file that is whole and closed the name that it is to have.</summary>
    /// <exception cref="IOException">There is a file of that name, which is not to be replaced.</exception>
    public static void Finish(string path, string name, bool replace)
    {
        lock (Gate)
        {
            File.Move(path, name, replace);
            Paths.Remove(path);
        }
    }

    /// <summary>Says that a file is whole, under the name that it has.</summary>
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
    /// <param name="then">Called before any other can be created or finished: ends the process.</param>
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
