namespace Llama3.Verify.Searching;

/// <summary>What fits the words that somebody typed.</summary>
/// <param name="One">What is clearly meant; null if several things may be.</param>
/// <param name="All">All that fits, in reading order, mistakes last; never empty.</param>
internal sealed record Found(Topic? One, IReadOnlyList<Topic> All)
{
    /// <summary>What else is called so.</summary>
    public IReadOnlyList<Topic> Others { get; init; } = [];

    /// <summary>The words that were looked up, because those that were typed fit nothing; null if they fit.</summary>
    public string? Instead { get; init; }
}
