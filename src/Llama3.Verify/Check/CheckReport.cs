using Spectre.Console;

namespace Llama3.Verify.Check;

/// <summary>What a check found, in all forms in which it is told.</summary>
internal abstract class CheckReport
{
    /// <summary>Whether the port passes.</summary>
    public abstract bool Passed { get; }

    /// <summary>For programs.</summary>
    public abstract string Json { get; }

    /// <summary>The page that GitHub Actions shows for a run, in Markdown.</summary>
    public abstract string Summary { get; }

    /// <summary>For people.</summary>
    public abstract void Show(IAnsiConsole console, bool verbose);

    /// <summary>As JUnit XML.</summary>
    public abstract void WriteJUnit(TimeSpan time, Stream file);

    /// <summary>As annotations of GitHub Actions.</summary>
    public abstract void WriteAnnotations(TextWriter output);
}
