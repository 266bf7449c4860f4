using Llama3.Formats.Dumps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Readers;

/// <summary>
/// The last token's row of a result that has a row for each token: a tensor with one row, or one under the last position,
/// <c>layers.2.layer_0_embedding@16</c>. Many ports go on with the last token alone at the end of the last layer. They are judged there.
/// </summary>
/// <param name="context">The dump and the run.</param>
/// <param name="entries">Reads a tensor.</param>
internal sealed class LastTokenReader(ReadingContext context, EntryReader entries) : IResultReader
{
    /// <summary>The note on such a tensor.</summary>
    public const string Note = "the last layer goes on with the last token alone, which is judged";

    /// <inheritdoc/>
    public bool Matches(ResultEntries result) => result.All is [var only]
        && context.IsNeededOfLastTokenAlone(result.Step, result.Layer)
        && (only.Name.Position == context.Tokens - 1 || (only.Name.Position is null && HasOneRow(result.Step, only.Entry)));

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result)
    {
        var row = entries.Read(result.Step, result.All[0].Entry, OneRow(result.Step));
        return row with { IsLastRow = true, Note = row.Note is null ? Note : $"{row.Note}, {Note}" };
    }

    private bool HasOneRow(ArticleStep step, DumpEntry entry) =>
        entries.Fit(step, entry, AllRows(step)) is null && entries.Fit(step, entry, OneRow(step)) is not null;

    private long[] AllRows(ArticleStep step) => step.shape.Sizes(context.Model, context.Tokens, context.Keys[0]);

    private long[] OneRow(ArticleStep step) => [1, .. AllRows(step)[1..]];
}
