namespace Llama3.Verify.Html;

/// <summary>What all pages share: style.css and pages.js.</summary>
internal static class PageFiles
{
    /// <summary>The style sheet.</summary>
    public static string Style { get; } = Read("style.css");

    /// <summary>The script: heat maps, choosers, light and dark, and the keys for next and previous.</summary>
    public static string Script { get; } = Read("pages.js");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(PageFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded"));
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
