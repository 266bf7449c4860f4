using Llama3.Formats.Input;
using Llama3.Formats.Numbers;
using Llama3.Formats.Pth;
using Llama3.Formats.Safetensors;

namespace Llama3.Formats.Checkpoints;

/// <summary>
/// consolidated.00.pth, or the parts of a larger model: consolidated.00.pth, consolidated.01.pth, …; or the same tensors in model.safetensors.
/// </summary>
internal static class MetaWeights
{
    private const int MostParts = 64;

    /// <summary>The name of a part.</summary>
    public static string Part(int number) => $"consolidated.{number:00}.pth";

    /// <summary>Opens all parts.</summary>
    /// <exception cref="BadInputException">A file is missing, damaged, or unlike the others, and <paramref name="problems"/> throws.</exception>
    public static Weights Open(CheckpointFiles files, ModelParams? model, Problems problems)
    {
        if (files.AreMetasInSafetensors)
        {
            return files.OpenAll([Checkpoint.Safetensors], (stream, path) => new SafetensorsFile(stream, path), problems, Named);
        }
        int[] there = [.. Enumerable.Range(0, MostParts).Where(number => number == 0 || files.Has(Part(number)))];
        foreach (var missing in Enumerable.Range(0, there[^1]).Except(there))
        {
            problems.Add($"{files.PathOf(Part(missing))} is missing, but there is {Part(there[^1])}: all parts of the model are needed");
        }
        return files.OpenAll(there.Select(Part), (stream, path) => new PthFile(stream, path), problems, Named);

        Weights Named(IReadOnlyList<ITensorFile> opened) => new(opened, Weight.Tied(Join(opened, problems), model));
    }

    private static IEnumerable<Weight> Join(IReadOnlyList<ITensorFile> parts, Problems problems)
    {
        if (parts is []) { return []; }
        foreach (var part in parts.Skip(1)) { RequireAlike(parts[0], part, problems); }
        return parts[0].names.Where(name => parts.All(part => part.names.Contains(name)))
            .Select(name => new Weight(name, name, Whole(name, parts), parts, () => Read(name, parts)));
    }

    /// <summary>Each part holds all tensors, and the same share of each.</summary>
    private static void RequireAlike(ITensorFile first, ITensorFile part, Problems problems)
    {
        foreach (var (holder, other) in new[] { (first, part), (part, first) })
        {
            if (holder.names.Except(other.names).FirstOrDefault() is { } missing)
            {
                problems.Add($"{other.path} holds no tensor {Printable.Text(missing)}, but {holder.path} does: they are not parts of one model");
            }
        }
        foreach (var name in first.names.Intersect(part.names))
        {
            var (expected, found) = (first.info(name), part.info(name));
            if (expected.ToString() != found.ToString())
            {
                problems.Add($"{part.path}: {Printable.Text(name)} is {found}, but {expected} in {first.path}: they are not parts of one model");
            }
        }
    }

    private static TensorInfo Whole(string name, IReadOnlyList<ITensorFile> parts)
    {
        var info = parts[0].info(name);
        if (AxisOf(name) is not { } axis || info.shape.Count <= axis) { return info; }
        long[] shape = [.. info.shape];
        shape[axis] *= parts.Count;
        return info with { shape = shape };
    }

    private static Tensor Read(string name, IReadOnlyList<ITensorFile> parts)
    {
        if (parts.Count == 1) { return parts[0].read(name); }
        using var scope = torch.NewDisposeScope();
        Tensor[] tensors = [.. parts.Select(part => part.read(name))];
        if (AxisOf(name) is { } axis) { return torch.cat(tensors, axis).DetachFromDisposeScope(); }
        RequireEqual(name, parts, tensors);
        return tensors[0].DetachFromDisposeScope();
    }

    private static void RequireEqual(string name, IReadOnlyList<ITensorFile> parts, Tensor[] tensors)
    {
        var first = tensors[0].ToSingles();
        foreach (var (tensor, part) in tensors.Zip(parts).Skip(1))
        {
            if (!tensor.ToSingles().AsSpan().SequenceEqual(first))
            {
                throw new BadInputException($"{part.path}: {name} has other numbers than in {parts[0].path}: they are not parts of one model");
            }
        }
    }

    /// <summary>
    /// The dimension along which Meta's code cuts a weight: rows if the weight computes heads, hidden units or logits, columns if it reads
    /// heads or hidden units. Null if every part holds the whole weight.
    /// </summary>
    private static int? AxisOf(string name) => name.Split('.') switch
    {
        [.., "wq" or "wk" or "wv" or "w1" or "w3" or "output" or "tok_embeddings", "weight"] => 0,
        [.., "wo" or "w2", "weight"] => 1,
        _ => null,
    };
}
