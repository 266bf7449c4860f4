namespace Llama3.Verify.Html.Report;

/// <summary>What stands at the top of a report.</summary>
/// <param name="What">What was judged: the name of the dump, or of the file of answers.</param>
/// <param name="Passed">Whether it passes; null if it cannot be used.</param>
/// <param name="Sum">The whole in a sentence or two.</param>
public sealed record HeadView(string What, bool? Passed, string Sum)
{
    /// <summary>Where the first fault is; empty if there is none.</summary>
    public string FirstFault { get; init; } = "";

    /// <summary>The address of its part on the page; null if it has none.</summary>
    public string? Link { get; init; }

    /// <summary>What else keeps the port from passing, line by line.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Complaints { get; init; } = [];

    /// <summary>What was read and what it was held against.</summary>
    public string About { get; init; } = "";

    /// <summary>How it was read, and other things to know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>"passes", "fails" or "cannot be used".</summary>
    public string Verdict => Passed switch { true => "passes", false => "fails", null => "cannot be used" };
}
