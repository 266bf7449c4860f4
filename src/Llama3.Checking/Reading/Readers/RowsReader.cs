using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Readers;

/// <summary>
/// One tensor for each position, from a port that takes one token at a time: <c>layers.0.embedding_delta@3</c>. Each is in any
/// layout with T = 1, or in the same without that axis. Such a port never computes the scores that the mask hides: they are filled in.
/// </summary>
/// <param name="context">The dump and the run.</param>
/// <param name="entries">Reads a tensor.</param>
internal sealed class RowsReader(ReadingContext context, EntryReader entries) : IResultReader
{

    /// <inheritdoc/>
    public bool Matches(ResultEntries result) =>
        result.Step.shape.Names.Contains("T") && result.All.Any(entry => entry.Name.Position is not null);

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result)
    {
        Completeness.RequireAlike("position", result.All, entry => entry.Name.Position);
        var named = result.All.OrderBy(entry => entry.Name.Position).ToList();
        Completeness.RequireAll("position", named, entry => entry.Name.Position, context.Tokens);
        var rows = named.ConvertAll(row => Row(result.Step, row.Entry));
        RequireSameHeads(rows, named);
        return ArrangedResult.Cat(rows, rows[0].AllHeads ? 1 : 0, "one row per position");
    }

    private static void RequireSameHeads(List<ArrangedResult> rows, List<NamedEntry> named)
    {
        var odd = rows.FindIndex(row => row.AllHeads != rows[0].AllHeads);
        if (odd < 0) { return; }
        throw new UnreadableException(named[odd].Entry.Written, $"holds {Held(rows[odd])}, but {Printable.Text(named[0].Entry.Name)} {Held(rows[0])}; "
            + "expected the same at every position");

        static string Held(ArrangedResult row) => row.AllHeads ? "all heads" : "one head";
    }

    private ArrangedResult Row(ArticleStep step, DumpEntry entry)
    {
        var one = step.shape.Sizes(context.Model, context.Tokens);
        one[0] = 1;
        var hasKeys = step.shape.Names is ["T", "T"];
        if (hasKeys) { one[1] = entry.Shape is [.., var computed] ? Math.Min(computed, context.Tokens) : 1; }
        var row = entries.Read(step, entry, one);
        if (!hasKeys || one[1] == context.Tokens) { return row; }
        var padding = Padding(step, entry);
        return row with { Read = () => Padded(row.Read(), padding) };
    }

    private Tensor Padded(Tensor row, double value)
    {
        var rest = torch.full([.. row.shape[..^1], context.Tokens - row.shape[^1]], value, dtype: float32);
        return torch.cat([row, rest], row.ndim - 1);
    }

    private double Padding(ArticleStep step, DumpEntry entry) =>
        step == ArticleSteps.qk_per_token_after_masking || step == ArticleSteps.mask ? double.NegativeInfinity
        : step == ArticleSteps.qk_per_token_after_masking_after_softmax ? 0
        : throw new UnreadableException(entry.Written, $"has fewer than {context.Tokens} keys; a port that never computes what is masked dumps "
            + $"{ArticleSteps.qk_per_token_after_masking.id} in place of {step.id}");
}
