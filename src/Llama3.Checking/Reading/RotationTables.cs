using Llama3.Checking.Names;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;

namespace Llama3.Checking.Reading;

/// <summary>freqs_cis from a table of cosines and one of sines.</summary>
/// <param name="dump">The dump.</param>
/// <param name="model">The model.</param>
/// <param name="tokens">T.</param>
internal sealed class RotationTables(Dump dump, ModelParams model, long tokens)
{
    private readonly int _pairs = model.head_dim / 2;

    /// <summary>All of the step.</summary>
    /// <exception cref="BadInputException">There are more tables or fewer, one is a part of a table, or holds no real numbers.</exception>
    public ResultPart Piece(IReadOnlyList<NamedTensor> parts)
    {
        var (cosines, sines) = (Table(parts, AliasPart.Cosines), Table(parts, AliasPart.Sines));
        return new ResultPart(false, "cosines and sines apart", () => torch.view_as_complex(torch.stack([Pairs(cosines), Pairs(sines)], -1)));
    }

    private DumpEntry Table(IReadOnlyList<NamedTensor> parts, AliasPart part)
    {
        if (parts.Where(found => found.Name.Alias.Part == part).ToList() is not [var only] || parts.Count != 2)
        {
            throw Refusal.Of(dump, parts[0].Entry.Name, $"is a part of {ArticleSteps.freqs_cis.id}: "
                + "expected one tensor of cosines and one of sines, and no other");
        }
        if (only.Name is not { Head: null, Position: null })
        {
            throw Refusal.Of(dump, only.Entry.Name, $"is a part of a table, expected {only.Name.Alias.Template} with all positions in one");
        }
        DumpNumbers.RequireReal(dump, only.Entry, float32);
        return only.Entry;
    }

    /// <summary>[T, head_dim/2], of a table that may hold every number twice: in both halves, or side by side.</summary>
    private Tensor Pairs(DumpEntry entry)
    {
        var table = dump.Read(entry).to_type(float32);
        return Fits(entry, _pairs) ? table.reshape(tokens, _pairs)
            : Fits(entry, 2 * _pairs) ? Once(table.reshape(tokens, 2 * _pairs))
            : throw Refusal.Of(dump, entry.Name, $"has the shape {Printable.Shape(entry.Shape)}, "
                + $"expected [{tokens}, {_pairs}] or [{tokens}, {2 * _pairs}]");
    }

    /// <summary>Axes of size 1 aside, wherever they are.</summary>
    private bool Fits(DumpEntry entry, long columns) => entry.Shape.Where(size => size != 1).SequenceEqual([tokens, columns]);

    private Tensor Once(Tensor twice)
    {
        var halves = twice.view(-1, 2, _pairs);
        var first = halves.transpose(0, 1)[0];
        return first.ToSingles().SequenceEqual(halves.transpose(0, 1)[1].ToSingles())
            ? first
            : twice.view(-1, _pairs, 2).transpose(1, 2).transpose(0, 1)[0];
    }
}
