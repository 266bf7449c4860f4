using Llama3.Checking.Names;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;

namespace Llama3.Checking.Reading.Readers;

/// <summary>freqs_cis in a table of cosines and one of sines.</summary>
/// <param name="context">The dump and the run.</param>
internal sealed class RotationTablesReader(ReadingContext context) : IResultReader
{
    private readonly int _pairs = context.Model.head_dim / 2;

    /// <inheritdoc/>
    public bool Matches(ResultEntries result) => result.All.Any(entry => entry.Name.Alias.Part != AliasPart.Whole);

    /// <inheritdoc/>
    public ArrangedResult Read(ResultEntries result)
    {
        var (cosines, sines) = (Table(result.All, AliasPart.Cosines), Table(result.All, AliasPart.Sines));
        return new ArrangedResult(
            AllHeads: false, "cosines and sines in two tables", () => torch.view_as_complex(torch.stack([Pairs(cosines), Pairs(sines)], -1)));
    }

    private DumpEntry Table(IReadOnlyList<NamedEntry> parts, AliasPart part)
    {
        if (parts.Where(found => found.Name.Alias.Part == part).ToList() is not [var only] || parts.Count != 2)
        {
            throw context.Refuse(parts[0].Entry.Name, $"is a part of {ArticleSteps.freqs_cis.id}: "
                + "expected one tensor of cosines and one of sines, and no other");
        }
        if (only.Name is not { Head: null, Position: null })
        {
            throw context.Refuse(only.Entry.Name, $"is a part of a table, expected {only.Name.Alias.Template} with all positions in one");
        }
        DumpNumbers.RequireReal(context.Dump, only.Entry, float32);
        return only.Entry;
    }

    /// <summary>[T, head_dim/2] of a table that may hold every number twice: in both halves, or side by side.</summary>
    private Tensor Pairs(DumpEntry entry)
    {
        var table = context.Dump.Read(entry).to_type(float32);
        return Fits(entry, _pairs) ? table.reshape(context.Tokens, _pairs)
            : Fits(entry, 2 * _pairs) ? Once(table.reshape(context.Tokens, 2 * _pairs))
            : throw context.Refuse(entry.Name, $"has the shape {Printable.Shape(entry.Shape)}, "
                + $"expected [{context.Tokens}, {_pairs}] or [{context.Tokens}, {2 * _pairs}]");
    }

    /// <summary>Whether the shape is [T, columns], apart from axes of size 1 anywhere.</summary>
    private bool Fits(DumpEntry entry, long columns) => entry.Shape.Where(size => size != 1).SequenceEqual([context.Tokens, columns]);

    private Tensor Once(Tensor twice)
    {
        var halves = twice.view(-1, 2, _pairs);
        var first = halves.transpose(0, 1)[0];
        return first.ToSingles().SequenceEqual(halves.transpose(0, 1)[1].ToSingles())
            ? first
            : twice.view(-1, _pairs, 2).transpose(1, 2).transpose(0, 1)[0];
    }
}
