using System.Text.RegularExpressions;

namespace Llama3.Checking.Goldens;

/// <summary>Where something is declared in the sources: with its line in a checkout; an installed tool has no sources at hand.</summary>
internal static class SourcePlace
{
    /// <summary>"src/Llama3.Reference/Steps/Attention.cs:33", or the file alone.</summary>
    /// <param name="file">Relative to the root of the repository.</param>
    /// <param name="name">A function, such as <c>Attention.scores</c>, or a field, such as <c>ArticleSteps.q_per_token</c>.</param>
    public static string Of(string file, string name) => LineOf(file, name[(name.IndexOf('.') + 1)..]) is { } line ? $"{file}:{line}" : file;

    private static int? LineOf(string file, string member)
    {
        if (Find(file) is not { } path) { return null; }
        var declaration = new Regex($@"^\s+(public|internal|private)\s.*\b{Regex.Escape(member)}(\(|\s=)");
        var line = Array.FindIndex(File.ReadAllLines(path), declaration.IsMatch);
        return line < 0 ? null : line + 1;
    }

    /// <summary>The file in the folder that the program is in, or in one above it.</summary>
    private static string? Find(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, file);
            if (File.Exists(path)) { return path; }
        }
        return null;
    }
}
