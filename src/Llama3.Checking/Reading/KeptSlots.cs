using Llama3.Checking.Names;
using Llama3.Checking.Reading.Parts;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Reading;

/// <summary>Where the tokens that a run keeps of the run before are on the axis of keys.</summary>
/// <param name="Keys">Their slots.</param>
/// <param name="Slots">How many slots come before those of the run.</param>
internal sealed record KeptSlots(IReadOnlyList<long> Keys, long Slots)
{
    /// <summary>A run that keeps nothing.</summary>
    public static KeptSlots None { get; } = new([], 0);

    /// <summary>How many tokens are kept.</summary>
    public long Tokens => Keys.Count;

    /// <summary>Those of a run. A padded batch may go on with its cache as it is, padding and all: then the dumped tensors have as many keys.</summary>
    /// <param name="prompt">The run's prompt.</param>
    /// <param name="before">The last pass of the run before; null for the first run.</param>
    public static KeptSlots Of(BatchRow prompt, DumpedRun? before)
    {
        var kept = KeptTokens.Of(prompt.Pass, prompt.Described, prompt.Slots, before is null ? 0 : before.Golden.Kept + before.Tokens);
        return kept > 0 && before?.Slots is { } prior && prior.Keys.Length == kept && prior.KeySlots > kept && HasKeys(prompt.Pass, prior.KeySlots + prompt.Slots.Slots)
            ? new(prior.Keys, prior.KeySlots)
            : new([.. RowSlots.Range(0, kept)], kept);
    }

    private static bool HasKeys(Dump pass, long count) =>
        pass.Entries.Any(entry => TensorName.Parse(entry.Name)?.Alias.Step.shape.HasKeys == true && entry.Shape.Contains(count));
}
