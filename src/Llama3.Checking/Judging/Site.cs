namespace Llama3.Checking.Judging;

/// <summary>What ports have code of their own for.</summary>
internal enum SiteKind
{
    /// <summary>A prompt.</summary>
    Prompt,

    /// <summary>A pass over several new tokens: a chunk of a prompt, or another turn.</summary>
    Tokens,

    /// <summary>A pass over one new token.</summary>
    Token,
}

/// <summary>Where a mistake can be made, or not: one layer of the prompt or of a pass, or what comes before the layers or after them.</summary>
/// <param name="Kind">Whether it is of a prompt or of a pass over new tokens.</param>
/// <param name="Stage">The number of the layer; see <see cref="Reading.DumpedResult.Stage"/>.</param>
/// <param name="Results">What was dumped there, in the order of computation.</param>
internal sealed record Site(SiteKind Kind, int Stage, IReadOnlyList<JudgedResult> Results)
{
    /// <summary>The row of a batch, or the run, that it is of; empty where there is only one prompt.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>The results that are at fault.</summary>
    public IEnumerable<JudgedResult> Faults => Results.Where(result => result.IsFault);

    /// <summary>The layers in which its faults may lie: its own, and those before it that were not dumped; none of what comes before all layers.</summary>
    public IEnumerable<int> Layers => Faults.SelectMany(fault => fault.UnseenLayers).Concat(Stage is >= 0 and < int.MaxValue ? [Stage] : []);
}
