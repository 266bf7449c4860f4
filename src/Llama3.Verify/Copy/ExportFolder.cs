using Llama3.Formats.Input;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Copy;

/// <summary>Writes files into a folder. Each has another name until it is whole, so that half a file never looks like a whole one.</summary>
internal static class ExportFolder
{
    /// <summary>Writes all files; the folder is created if it is not there.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="files">What.</param>
    /// <param name="replace">Whether files that exist are replaced; otherwise they are an error, and nothing is written.</param>
    /// <exception cref="BadInputException">A file exists already, or the folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<ExportFile> files, bool replace)
    {
        if (folder.Length == 0) { throw new BadInputException("the name of the folder is empty: expected a folder to write to, such as micro"); }
        if (!replace) { RequireNew(folder, files); }
        FileGuard.Write($"\"{folder}\"", () =>
        {
            foreach (var file in files) { Write(Path.Combine(folder, file.Name), file.Write, replace); }
        });
    }

    private static void RequireNew(string folder, IReadOnlyList<ExportFile> files)
    {
        string[] there = [.. files.Select(file => file.Name).Where(name => Path.Exists(Path.Combine(folder, name)))];
        if (there is [var first, ..])
        {
            var more = there.Length > 1 ? $" (and {there.Length - 1} more of the files to write)" : "";
            throw new BadInputException($"\"{folder}\" holds {first} already{more}: name another folder, or replace with --force");
        }
    }

    private static void Write(string path, Action<Stream> write, bool replace)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            using (var stream = UnfinishedFiles.Create(part)) { write(stream); }
            UnfinishedFiles.Finish(part, path, replace);
        }
        catch
        {
            UnfinishedFiles.Abandon(part);
            throw;
        }
    }
}
