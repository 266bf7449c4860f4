using Llama3.Checking.Names;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>Puts the tensors of a dump together to results of steps.</summary>
/// <param name="dump">The dump.</param>
/// <param name="model">The model that the port ran.</param>
/// <param name="tokens">T, the number of tokens that the port ran it on.</param>
/// <param name="keys">How many tokens it may have attended to: T, or the rows of its cache; what is right comes first.</param>
/// <param name="readAs">Takes notes of numbers that stand for others, when they are read, and of tensors that are not judged.</param>
internal sealed class ResultReader(Dump dump, ModelParams model, long tokens, IReadOnlyList<long> keys, ISet<string> readAs)
{
    private readonly PartsCheck _parts = new(dump);
    private readonly RepeatedHeads _repeated = new(model);

    private bool HasCache => keys.Count > 1;

    /// <summary>All results, in the order in which they are computed.</summary>
    /// <exception cref="BadInputException">A tensor has a shape or dtype that does not fit, is there twice, or lacks heads or positions.</exception>
    public IReadOnlyList<DumpedResult> Collect()
    {
        var parts = from entry in dump.Entries let name = TensorName.Parse(entry.Name) where name is not null select new NamedTensor(name, entry);
        var groups = parts.GroupBy(part => (part.Name.Alias.Step, part.Name.Layer)).ToLookup(group => IsOfLastToken([.. group]));
        var found = groups[false].Select(group => Collect(group.Key.Step, group.Key.Layer, [.. group])).ToList();
        _parts.RequireOnce(found, tensor => tensor.Key, tensor => tensor.Name);
        var ends = groups[true].OrderBy(group => Aliases.Position(group.Key.Step));
        LeaveOut([.. ends.Select(group => Printable.Text(group.First().Entry.Name))], found.Count == 0);
        return [.. found.OrderBy(tensor => tensor.Stage).ThenBy(tensor => Aliases.Position(tensor.Step))];
    }

    /// <summary>At the end of the last layer llama.cpp goes on with the last token alone.</summary>
    private bool IsOfLastToken(List<NamedTensor> parts)
    {
        if (parts is not [{ Name: { Head: null, Position: null, Alias: { Convention: Aliases.LlamaCpp, Step: var step } } } only]) { return false; }
        if (tokens == 1 || step.shape.Names is not ["T", ..] || only.Name.Layer >= model.n_layers) { return false; }
        var sizes = step.shape.Sizes(model, tokens);
        return Fit(step, only.Entry, sizes) is null && Fit(step, only.Entry, [1, .. sizes[1..]]) is not null;
    }

    private void LeaveOut(List<string> names, bool all)
    {
        if (names.Count == 0) { return; }
        if (all) { throw new BadInputException($"{dump.Path} holds only the last token of {PartsCheck.Few(names)}, expected all {tokens} tokens"); }
        readAs.Add($"only the last token: not judged: {PartsCheck.Few(names)}");
    }

    private DumpedResult Collect(ArticleStep step, int? layer, List<NamedTensor> parts)
    {
        var name = parts[0].Entry.Name;
        if (layer >= model.n_layers) { throw Bad(name, $"is of layer {layer}, but the model has the layers 0 to {model.n_layers - 1}"); }
        _parts.RequireOnce(parts, part => (part.Name.Head, part.Name.Position, part.Name.Alias.Part), part => part.Entry.Name);
        var tables = parts.Exists(part => part.Name.Alias.Part != AliasPart.Whole);
        var piece = tables ? new RotationTables(dump, model, tokens).Piece(parts) : Heads(step, parts);
        if (layer is not null && !piece.AllHeads && step.heads_in(model) is { } heads)
        {
            throw Bad(name, $"holds one head, expected all {heads} heads of layer {layer}, or the name {step.id} for head 0 of layer 0");
        }
        var scope = layer is { } n ? Scope.Layer(n) : piece.AllHeads ? Scope.Layer(0) : Scope.Article;
        return new DumpedResult(
            step, scope, name, parts[0].Name.Alias.Convention, piece.Note is { } note ? [note] : [], () => piece.Read().contiguous());
    }

    private ResultPart Heads(ArticleStep step, List<NamedTensor> parts)
    {
        if (parts.Find(part => part.Name.Head is not null) is not { } named) { return Positions(step, parts); }
        if (step.heads_in(model) is not { } own) { throw Bad(named.Entry.Name, $"is of head {named.Name.Head}, but {step.id} has no heads"); }
        _parts.RequireAlike("head", parts, part => part.Name.Head);
        var heads = parts.GroupBy(part => part.Name.Head).OrderBy(head => head.Key).Select(head => head.ToList()).ToList();
        var repeated = heads.Count > own && _repeated.MayBe(step);
        _parts.RequireAll("head", [.. heads.Select(head => head[0])], part => part.Name.Head, repeated ? model.n_heads : own);
        var all = ResultPart.Stack([.. heads.Select(head => Head(step, head))]);
        return repeated ? Once(all with { Note = $"{all.Note}, {RepeatedHeads.Note}" }, parts[0].Entry) : all;
    }

    private ResultPart Head(ArticleStep step, List<NamedTensor> parts)
    {
        var (piece, first) = (Positions(step, parts), parts[0]);
        return piece.AllHeads ? throw Bad(first.Entry.Name, $"holds all heads, expected head {first.Name.Head} alone") : piece;
    }

    private ResultPart Once(ResultPart all, DumpEntry entry) =>
        all with { Read = () => _repeated.Once(all.Read(), problem => Bad(entry.Name, problem)) };

    /// <summary>With a cache, the rows of what is in it may be fewer or more than they should: that is a fault, not another layout.</summary>
    private long[] Sizes(ArticleStep step, DumpEntry entry) => keys.Select(count => step.shape.Sizes(model, tokens, count))
        .FirstOrDefault(sizes => Fit(step, entry, sizes) is not null) ?? step.shape.Sizes(model, tokens, keys[0]);

    private ResultPart Positions(ArticleStep step, List<NamedTensor> parts)
    {
        var sizes = Sizes(step, parts[0].Entry);
        if (parts is [{ Name.Position: null } whole]) { return Whole(step, whole.Entry, sizes); }
        _parts.RequireAlike("position", parts, part => part.Name.Position);
        var rows = parts.OrderBy(part => part.Name.Position).ToList();
        if (!step.shape.Names.Contains("T")) { return Whole(step, Last(step, rows[^1]), sizes); }
        _parts.RequireAll("position", rows, part => part.Name.Position, tokens);
        var pieces = rows.Select(row => Row(step, row.Entry)).ToList();
        RequireSameHeads(pieces, rows);
        return ResultPart.Cat(pieces, pieces[0].AllHeads ? 1 : 0, "one row per position");
    }

    private DumpEntry Last(ArticleStep step, NamedTensor part) => part.Name.Position == tokens - 1
        ? part.Entry
        : throw Bad(part.Entry.Name, $"is of position {part.Name.Position}, expected {step.id} of position {tokens - 1}, the last one");

    private void RequireSameHeads(List<ResultPart> pieces, List<NamedTensor> rows)
    {
        var odd = pieces.FindIndex(piece => piece.AllHeads != pieces[0].AllHeads);
        if (odd < 0) { return; }
        throw Bad(rows[odd].Entry.Name, $"holds {Held(pieces[odd])}, but {Printable.Text(rows[0].Entry.Name)} {Held(pieces[0])}; "
            + "expected the same at every position");

        static string Held(ResultPart piece) => piece.AllHeads ? "all heads" : "one head";
    }

    /// <summary>
    /// One position: any layout with T = 1, or the same without that axis. Keys that were never computed are those that are masked.
    /// </summary>
    private ResultPart Row(ArticleStep step, DumpEntry entry)
    {
        var one = step.shape.Sizes(model, tokens);
        one[0] = 1;
        var keys = step.shape.Names is ["T", "T"];
        if (keys) { one[1] = entry.Shape is [.., var computed] ? Math.Min(computed, tokens) : 1; }
        var piece = Whole(step, entry, one);
        if (!keys || one[1] == tokens) { return piece; }
        var padding = Padding(step, entry);
        return piece with { Read = () => Padded(piece.Read(), padding) };
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

    private ResultPart Whole(ArticleStep step, DumpEntry entry, long[] one)
    {
        var layout = Fit(step, entry, one) ?? throw Misshapen(step, entry, one);
        var piece = new ResultPart(layout.AllHeads, layout.Note, () => layout.Apply(Checked(step, entry).reshape(layout.Sizes)));
        return layout.Repeated ? Once(piece, entry) : piece;
    }

    private TensorLayout? Fit(ArticleStep step, DumpEntry entry, long[] one)
    {
        var shape = DumpNumbers.ShapeOf(dump, entry, step);
        return TensorLayout.Fit(step, shape, model, one, tokens) ?? (one is [1, ..] ? TensorLayout.Fit(step, [1, .. shape], model, one, tokens) : null);
    }

    private Tensor Checked(ArticleStep step, DumpEntry entry)
    {
        var tensor = DumpNumbers.Read(dump, entry, step, readAs);
        if (step != ArticleSteps.tokens) { return tensor; }
        var ids = tensor.ToInt64s();
        var bad = Array.FindIndex(ids, id => id < 0 || id >= model.vocab_size);
        return bad < 0 ? tensor : throw Bad(entry.Name, $"holds {ids[bad]} at {bad}, expected ids from 0 to {model.vocab_size - 1}");
    }

    private BadInputException Misshapen(ArticleStep step, DumpEntry entry, long[] one)
    {
        var layouts = TensorLayout.Of(step, model, one, tokens).Where(layout => !layout.Repeated).Select(layout => Printable.Shape(layout.Sizes));
        return Bad(entry.Name, $"has the shape {Printable.Shape(entry.Shape)}, expected {string.Join(" or ", layouts)} "
            + $"for {step.id} {step.shape} with {(HasCache ? "M" : "T")} = {tokens}{Hint(step, entry)}");
    }

    private string Hint(ArticleStep step, DumpEntry entry)
    {
        if (HasCache && step.shape.HasKeys) { return $"; of a cache, dump the {keys[0]} rows that attention reads"; }
        if (step.dtype == ScalarType.ComplexFloat32) { return ", of complex numbers or with one more axis of size 2"; }
        return !Fits(model) && Fits(model with { n_kv_heads = model.n_heads }) ? $"; {RepeatedHeads.OtherModel}" : "";

        bool Fits(ModelParams some) => TensorLayout.Fit(step, entry.Shape, some, step.shape.Sizes(some, tokens), tokens) is not null;
    }

    private BadInputException Bad(string name, string problem) => Refusal.Of(dump, name, problem);
}
