namespace Llama3.Verify.Html.Report;

/// <summary>The report on a dump.</summary>
/// <param name="Head">What stands at the top.</param>
/// <param name="Tables">The verdicts on the prompt, then on passes that do not agree.</param>
/// <param name="Faults">The steps at fault.</param>
/// <param name="Rest">What was not judged, and why.</param>
/// <param name="CommandLine">How to run the check again.</param>
public sealed record DumpView(HeadView Head, IReadOnlyList<VerdictTable> Tables, IReadOnlyList<FaultView> Faults, IReadOnlyList<RestView> Rest, string CommandLine)
{
    /// <summary>How many faults have no pictures because others came first; null if none has.</summary>
    public string? LeftOut { get; init; }
}

/// <summary>Something that was not judged.</summary>
/// <param name="Name">What it is: "not dumped", "not known".</param>
/// <param name="Lines">What is said of it.</param>
public sealed record RestView(string Name, IReadOnlyList<string> Lines);
