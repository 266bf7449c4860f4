using Llama3.Checking.Names;

namespace Llama3.Checking.Reading.Readers;

/// <summary>
/// One row of a result that has a row for each token. At the end of the last layer llama.cpp goes on with the last token alone, so
/// that under its names this is not a fault. It is not judged either.
/// </summary>
/// <param name="context">The dump and the run.</param>
/// <param name="entries">Reads a tensor.</param>
internal sealed class LastTokenReader(ReadingContext context, EntryReader entries) : IResultReader
{
    /// <inheritdoc/>
    public bool Matches(ResultEntries result)
    {
        if (result.All is not [{ Name: { Head: null, Position: null, Alias.Convention: Aliases.LlamaCpp } } only]) { return false; }
        if (context.Tokens == 1 || result.Step.shape.Names is not ["T", ..] || result.Layer >= context.Model.n_layers) { return false; }
        return entries.Fit(result.Step, only.Entry, AllRows(result)) is null && entries.Fit(result.Step, only.Entry, OneRow(result)) is not null;
    }

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result) =>
        entries.Read(result.Step, result.All[0].Entry, OneRow(result)) with { IsJudged = false };

    private long[] AllRows(ResultEntries result) => result.Step.shape.Sizes(context.Model, context.Tokens);

    private long[] OneRow(ResultEntries result) => [1, .. AllRows(result)[1..]];
}
