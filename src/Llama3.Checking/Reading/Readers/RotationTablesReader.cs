using Llama3.Checking.Names;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;

namespace Llama3.Checking.Reading.Readers;

/// <summary>freqs_cis in a table of cosines and one of sines.</summary>
/// <param name="context">The dump and the run.</param>
internal sealed class RotationTablesReader(ReadingContext context) : IResultReader
{
    private readonly Surplus _surplus = new(context);
    private readonly int _pairs = context.Model.head_dim / 2;

    /// <inheritdoc/>
    public bool Matches(ResultEntries result) => result.All.Any(entry => entry.Name.Alias.Part != AliasPart.Whole);

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result)
    {
        var (cosines, sines) = (Table(result.All, AliasPart.Cosines), Table(result.All, AliasPart.Sines));
        return new ArrangedResult(
            AllHeads: false,
            string.Join(", ", new[] { "cosines and sines in two tables", cosines.Note }.OfType<string>()),
            () => torch.view_as_complex(torch.stack([cosines.Read(), sines.Read()], -1)));
    }

    private ArrangedResult Table(IReadOnlyList<NamedEntry> parts, AliasPart part)
    {
        if (parts.Where(found => found.Name.Alias.Part == part).ToList() is not [var only] || parts.Count != 2)
        {
            throw new UnreadableException(parts[0].Entry.Written, $"is a part of {ArticleSteps.freqs_cis.id}: "
                + "expected one tensor of cosines and one of sines, and no other");
        }
        if (only.Name is not { Head: null, Position: null })
        {
            throw new UnreadableException(only.Entry.Written, $"is a part of a table, expected {only.Name.Alias.Template} with all positions in one");
        }
        DumpNumbers.RequireReal(only.Entry, float32);
        return Table(only.Entry);
    }

    /// <summary>[T, head_dim/2] of a table that may hold every number twice: in both halves, or side by side.</summary>
    private ArrangedResult Table(DumpEntry entry)
    {
        var (rows, columns) = SizesOf(entry) ?? throw new UnreadableException(
            entry.Written, $"has the shape {Printable.Shape(entry.Shape)}, expected [{context.Tokens}, {_pairs}] or [{context.Tokens}, {2 * _pairs}]");
        return _surplus.InUse(entry, rows, new ArrangedResult(AllHeads: false, Note: null, () =>
            context.Dump.Read(entry).to_type(float32).reshape(rows, columns) is var table && columns == _pairs ? table : Once(table)));
    }

    /// <summary>The rows and columns of a table: those of one token may lack the axis of rows. Axes of size 1 do not count.</summary>
    private (long Rows, long Columns)? SizesOf(DumpEntry entry)
    {
        var (count, sizes) = (entry.Shape.Aggregate(1L, (product, size) => product * size), entry.Shape.Where(size => size != 1).ToList());
        long[] possible = [_pairs, 2 * _pairs];
        return possible.Where(columns => count > 0 && count % columns == 0)
            .Select(columns => (Rows: count / columns, columns))
            .Where(table => sizes.SequenceEqual(new[] { table.Rows, table.columns }.Where(size => size != 1)))
            .Cast<(long, long)?>().FirstOrDefault();
    }

    private Tensor Once(Tensor twice)
    {
        var halves = twice.view(-1, 2, _pairs);
        var first = halves.transpose(0, 1)[0];
        return first.ToSingles().SequenceEqual(halves.transpose(0, 1)[1].ToSingles())
            ? first
            : twice.view(-1, _pairs, 2).transpose(1, 2).transpose(0, 1)[0];
    }
}
