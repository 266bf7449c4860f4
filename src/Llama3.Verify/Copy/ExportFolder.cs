using Llama3.Formats.Input;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Copy;

/// <summary>Writes files into a folder, all or none. They have other names until all are whole, so that half a copy never looks like a whole one.</summary>
internal static class ExportFolder
{
    /// <summary>Open and locked as long as a run writes into the folder: the files of two runs do not mix.</summary>
    private const string LockFile = ".llama3verify.lock";

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
            var paths = files.Select(file => Path.Combine(folder, file.Name)).ToList();
            foreach (var path in paths) { Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!); }
            using var only = UnfinishedFiles.Lock(Path.Combine(folder, LockFile));
            UnfinishedFiles.Write(paths.Zip(files, (path, file) => (path, file.Write)), replace);
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
}
