namespace Llama3.Architecture.Tests;

/// <summary>A source file.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record Source(string Path, string[] Lines);

/// <summary>All source files below src/.</summary>
internal static class Sources
{
    private static readonly string[] Generated = ["obj", "bin"];

    public static IReadOnlyList<Source> All { get; } =
    [
        .. from path in Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
           where !path.Split(System.IO.Path.DirectorySeparatorChar).Intersect(Generated).Any()
           select new Source(path, File.ReadAllLines(path)),
    ];
}
