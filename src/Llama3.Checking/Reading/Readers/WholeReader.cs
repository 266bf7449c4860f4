namespace Llama3.Checking.Reading.Readers;

/// <summary>A result in one tensor.</summary>
/// <param name="entries">Reads a tensor.</param>
internal sealed class WholeReader(EntryReader entries) : IResultReader
{
    /// <inheritdoc/>
    public bool Matches(ResultEntries result) => true;

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result) => entries.Read(result.Step, result.All[0].Entry);
}
