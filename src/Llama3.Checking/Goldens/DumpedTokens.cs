using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Goldens;

/// <summary>The tokens that a port ran on in one pass, and which part of its dump that is.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="Name">What the names of the tensors start with: nothing, or such as <c>decode.0</c>, <c>run.1</c>.</param>
/// <param name="Prompt">Which prompt of the dump it belongs to: "run.1", "row 2", "row 2, run.1"; empty if there is only one.</param>
internal sealed record DumpedTokens(IReadOnlyList<long> Ids, string Name = "", string Prompt = "")
{
    /// <summary>Which part of the dump it is, for people: "row 2, decode.0", "run.1.decode.0".</summary>
    public required string Place { get; init; }

    /// <summary>How many tokens came before.</summary>
    public long Kept { get; init; }

    /// <summary>The position of the first of all tokens; 0, unless positions count the slots of a padded batch.</summary>
    public long FirstPosition { get; init; }

    /// <summary>Whether slots of padding come before the tokens, in this pass or in one before, or after them.</summary>
    public bool IsPadded { get; init; }

    /// <summary>Whether another run came before, which may have left something in the cache.</summary>
    public bool FollowsRun { get; init; }

    /// <summary>Mistakes that can be made where there is padding, or after another run.</summary>
    public IEnumerable<KnownMistake> Mistakes => [.. IsPadded ? StateMistakes.InPadding : [], .. FollowsRun ? StateMistakes.AfterRun : []];
}
