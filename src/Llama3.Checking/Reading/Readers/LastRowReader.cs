namespace Llama3.Checking.Reading.Readers;

/// <summary>A result without an axis of tokens, under the position that it was computed at, which must be the last: <c>logits@16</c>.</summary>
/// <param name="context">The dump and the run.</param>
/// <param name="entries">Reads a tensor.</param>
internal sealed class LastRowReader(ReadingContext context, EntryReader entries) : IResultReader
{

    /// <inheritdoc/>
    public bool Matches(ResultEntries result) => result.All.Any(entry => entry.Name.Position is not null);

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result)
    {
        Completeness.RequireAlike("position", result.All, entry => entry.Name.Position);
        var (last, step) = (result.All.MaxBy(entry => entry.Name.Position)!, result.Step);
        return last.Name.Position == context.Tokens - 1 ? entries.Read(step, last.Entry) : throw new UnreadableException(
            last.Entry.Written, $"is of position {last.Name.Position}, expected {step.id} of position {context.Tokens - 1}, the last one");
    }
}
