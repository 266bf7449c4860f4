using Llama3.Reference.Checkpoints;
using Llama3.Reference.Dumps;

namespace Llama3.Reference.Ports;

/// <summary>Puts the tensors of a dump together to results of steps.</summary>
/// <param name="dump">The dump.</param>
/// <param name="model">The model that the port ran.</param>
/// <param name="tokens">T, the number of tokens that the port ran it on.</param>
/// <param name="readAs">Takes notes of numbers that stand for others, when they are read.</param>
internal sealed class PortTensors(Dump dump, ModelParams model, long tokens, ISet<string> readAs)
{
    private sealed record Part(PortName Name, DumpEntry Entry);

    /// <summary>All results, in the order in which they are computed.</summary>
    /// <exception cref="BadInputException">A tensor has a shape or dtype that does not fit, is there twice, or lacks heads or positions.</exception>
    public IReadOnlyList<PortTensor> Collect()
    {
        var parts = from entry in dump.Entries let name = PortName.Parse(entry.Name) where name is not null select new Part(name, entry);
        var found = parts.GroupBy(part => (part.Name.Alias.Step, part.Name.Layer)).Select(group => Collect(group.Key.Step, group.Key.Layer, [.. group])).ToList();
        foreach (var twice in found.GroupBy(tensor => tensor.Key).Where(same => same.Skip(1).Any()))
        {
            throw Bad(twice.First().Name, $"is the same result as {Printable.Text(twice.Last().Name)}; dump it once");
        }
        return [.. found.OrderBy(tensor => tensor.Stage).ThenBy(tensor => Aliases.Position(tensor.Step))];
    }

    private PortTensor Collect(ArticleStep step, int? layer, List<Part> parts)
    {
        var name = parts[0].Entry.Name;
        if (layer >= model.n_layers) { throw Bad(name, $"is of layer {layer}, but the model has the layers 0 to {model.n_layers - 1}"); }
        var piece = parts.Exists(part => part.Name.Alias.Part != AliasPart.Whole) ? Rotations(step, parts) : Heads(step, parts);
        if (layer is not null && !piece.AllHeads && step.heads_in(model) is { } heads)
        {
            throw Bad(name, $"holds one head, expected all {heads} heads of layer {layer}, or the name {step.id} for head 0 of layer 0");
        }
        var scope = layer is { } n ? Scope.Layer(n) : piece.AllHeads ? Scope.Layer(0) : Scope.Article;
        return new PortTensor(step, scope, name, parts[0].Name.Alias.Convention, piece.Note is { } note ? [note] : [], () => piece.Read().contiguous());
    }

    private PortPiece Heads(ArticleStep step, List<Part> parts)
    {
        if (parts.TrueForAll(part => part.Name.Head is null)) { return Positions(step, parts); }
        var heads = parts.GroupBy(part => part.Name.Head ?? -1).OrderBy(head => head.Key).ToList();
        RequireAll("head", heads.Select(head => head.Key), step.heads_in(model) ?? 0, parts);
        return PortPiece.Stack([.. heads.Select(head => Positions(step, [.. head]))]);
    }

    private PortPiece Positions(ArticleStep step, List<Part> parts)
    {
        if (parts is [{ Name.Position: null } whole]) { return Whole(step, whole.Entry, step.shape.Sizes(model, tokens)); }
        var rows = parts.OrderBy(part => part.Name.Position ?? -1).ToList();
        if (!step.shape.Names.Contains("T")) { return Whole(step, rows[^1].Entry, step.shape.Sizes(model, tokens)); }
        RequireAll("position", rows.Select(row => row.Name.Position ?? -1), tokens, parts);
        var pieces = rows.Select(row => Row(step, row.Entry)).ToList();
        return PortPiece.Cat(pieces, pieces[0].AllHeads ? 1 : 0, "one row per position");
    }

    /// <summary>One position: any layout with T = 1, or the same without that axis. Keys that were never computed are those that are masked.</summary>
    private PortPiece Row(ArticleStep step, DumpEntry entry)
    {
        var one = step.shape.Sizes(model, tokens);
        one[0] = 1;
        var keys = step.shape.Names is ["T", "T"];
        if (keys) { one[1] = entry.Shape is [.., var computed] ? Math.Min(computed, tokens) : 1; }
        var piece = Whole(step, entry, one);
        return keys && one[1] < tokens ? piece with { Read = () => Padded(piece.Read(), Padding(step, entry)) } : piece;
    }

    private Tensor Padded(Tensor row, double value)
    {
        var rest = torch.full([.. row.shape[..^1], tokens - row.shape[^1]], value, dtype: float32);
        return torch.cat([row, rest], row.ndim - 1);
    }

    private double Padding(ArticleStep step, DumpEntry entry) =>
        step == ArticleSteps.qk_per_token_after_masking || step == ArticleSteps.mask ? double.NegativeInfinity
        : step == ArticleSteps.qk_per_token_after_masking_after_softmax ? 0
        : throw Bad(entry.Name, $"has fewer than {tokens} keys; a port that never computes what is masked dumps "
            + $"{ArticleSteps.qk_per_token_after_masking.id} in place of {step.id}");

    private PortPiece Whole(ArticleStep step, DumpEntry entry, long[] one)
    {
        var shape = PortNumbers.ShapeOf(dump, entry, step);
        var layout = PortLayout.Fit(step, shape, model, one, tokens)
            ?? (one is [1, ..] ? PortLayout.Fit(step, [1, .. shape], model, one, tokens) : null)
            ?? throw Misshapen(step, entry, one);
        return new PortPiece(layout.AllHeads, layout.Note, () => layout.Apply(Checked(step, entry).reshape(layout.Sizes)));
    }

    private Tensor Checked(ArticleStep step, DumpEntry entry)
    {
        var tensor = PortNumbers.Read(dump, entry, step, readAs);
        if (step != ArticleSteps.tokens) { return tensor; }
        var ids = tensor.ToInt64s();
        var bad = Array.FindIndex(ids, id => id < 0 || id >= model.vocab_size);
        return bad < 0 ? tensor : throw Bad(entry.Name, $"holds {ids[bad]} at {bad}, expected ids from 0 to {model.vocab_size - 1}");
    }

    /// <summary>freqs_cis from tensors of cosines and sines.</summary>
    private PortPiece Rotations(ArticleStep step, List<Part> parts)
    {
        var (cosines, sines) = (Table(AliasPart.Cosines), Table(AliasPart.Sines));
        return new PortPiece(false, "cosines and sines apart", () => torch.view_as_complex(torch.stack([Pairs(cosines), Pairs(sines)], -1)));

        DumpEntry Table(AliasPart part) => parts.Where(found => found.Name.Alias.Part == part).ToList() is [var only] && parts.Count == 2
            ? only.Entry
            : throw Bad(parts[0].Entry.Name, $"is a part of {step.id}: expected one tensor of cosines and one of sines, and no other");
    }

    /// <summary>[T, head_dim/2], of a table that may hold every number twice: in both halves, or side by side.</summary>
    private Tensor Pairs(DumpEntry entry)
    {
        var (pairs, table) = (model.head_dim / 2, dump.Read(entry).to_type(float32));
        var rows = entry.Shape.Where(size => size != 1).SequenceEqual([tokens, pairs]) ? table.reshape(tokens, pairs)
            : entry.Shape.Where(size => size != 1).SequenceEqual([tokens, 2 * pairs]) ? Once(table.reshape(tokens, 2 * pairs), pairs)
            : throw Bad(entry.Name, $"has the shape {Printable.Shape(entry.Shape)}, expected [{tokens}, {pairs}] or [{tokens}, {2 * pairs}]");
        return rows;
    }

    private static Tensor Once(Tensor twice, int pairs)
    {
        var halves = twice.view(-1, 2, pairs);
        var first = halves.transpose(0, 1)[0];
        return first.ToSingles().SequenceEqual(halves.transpose(0, 1)[1].ToSingles())
            ? first
            : twice.view(-1, pairs, 2).transpose(1, 2).transpose(0, 1)[0];
    }

    private void RequireAll(string axis, IEnumerable<int> found, long count, List<Part> parts)
    {
        var indexes = found.ToList();
        if (indexes.Count == count && indexes.SequenceEqual(Enumerable.Range(0, (int)count)) && parts.Count % count == 0) { return; }
        throw Bad(parts[0].Entry.Name, $"has the {axis}s {string.Join(", ", indexes)} of it in the dump, expected each {axis} from 0 to {count - 1} once");
    }

    private BadInputException Misshapen(ArticleStep step, DumpEntry entry, long[] one)
    {
        var layouts = PortLayout.Of(step, model, one, tokens).Select(layout => Printable.Shape(layout.Sizes));
        var hint = step.repeats == Repeats.PerKeyValueHead ? "; if the model has as many key/value heads as heads, check with --model micro-mha" : "";
        return Bad(entry.Name, $"has the shape {Printable.Shape(entry.Shape)}, expected {string.Join(" or ", layouts)} "
            + $"for {step.id} {step.shape} with T = {tokens}{hint}");
    }

    private BadInputException Bad(string name, string problem) => new($"{dump.Path}: {Printable.Text(name)} {problem}");
}
