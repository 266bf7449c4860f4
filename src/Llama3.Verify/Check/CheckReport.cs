using Spectre.Console;

namespace Llama3.Verify.Check;

/// <summary>What a check found, in all forms in which it is told.</summary>
internal abstract class CheckReport
{
    /// <summary>Whether the port passes.</summary>
    public abstract bool Passed { get; }

    /// <summary>For programs.</summary>
    /// <param name="html">The file of <see cref="Html"/>, as given; null if there is none.</param>
    public abstract string Json(string? html);

    /// <summary>The page that GitHub Actions shows for a run, in Markdown.</summary>
    /// <param name="html">The file of <see cref="Html"/>, as given; null if there is none.</param>
    public abstract string Summary(string? html);

    /// <summary>A page of its own, with pictures.</summary>
    /// <param name="commandLine">How to run the check again.</param>
    public abstract string Html(string commandLine);

    /// <summary>For people.</summary>
    public abstract void Show(IAnsiConsole console, bool verbose);

    /// <summary>As JUnit XML.</summary>
    /// <param name="time">How long the check took.</param>
    /// <param name="html">The file of <see cref="Html"/>, as given; null if there is none.</param>
    /// <param name="file">Where to.</param>
    public abstract void WriteJUnit(TimeSpan time, string? html, Stream file);

    /// <summary>As annotations of GitHub Actions.</summary>
    public abstract void WriteAnnotations(TextWriter output);
}
