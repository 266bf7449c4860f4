using System.Reflection;
using Llama3.Reference;

namespace Llama3.Verify.Html;

/// <summary>Files that the assembly carries for its pages.</summary>
internal static class PageFiles
{
    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("style.css");

    /// <summary>The script: heat maps, choosers, light and dark, and the keys for next and previous.</summary>
    public static string Script { get; } = Read("pages.js");

    /// <summary>The pictures of docs/images, by their names in it.</summary>
    public static IEnumerable<(string Name, string Text)> Images => typeof(PageFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("images/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name => (name, Read(name)));

    /// <summary>The text of a file, such as docs/exercises.md.</summary>
    public static string Read(string name) => Read(typeof(PageFiles).Assembly, name);

    /// <summary>The source of steps, such as Steps/Rope.cs.</summary>
    public static string ReadSource(string name) => Read(typeof(ArticleSteps).Assembly, name);

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded"));
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
