using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading;

/// <summary>Takes apart what a port dumped side by side: queries, keys and values, or the gate and what goes through it.</summary>
/// <param name="model">The model that the port ran.</param>
internal sealed class FusedResults(ModelParams model)
{
    /// <summary>One tensor for each result.</summary>
    /// <exception cref="UnreadableException">No axis is as long as the results together.</exception>
    public IEnumerable<NamedEntry> Split(DumpEntry entry)
    {
        var (alias, layer) = TensorName.ParseFused(entry.Name)!.Value;
        var (heads, width) = (alias.Heads(model), alias.Width(model));
        // [..., heads · width], or [..., heads, width]
        var (axis, one) = entry.Shape is [.., var all] && all == heads.Sum() * width ? (entry.Shape.Count - 1, width)
            : entry.Shape is [.., var count, var last] && count == heads.Sum() && last == width ? (entry.Shape.Count - 2, 1L)
            : throw new UnreadableException(entry.Written, $"has the shape {Printable.Shape(entry.Shape)}, expected [T, {heads.Sum() * width}]: "
                + $"{string.Join(", ", alias.Steps.Select(step => step.id))} side by side");
        var start = 0L;
        foreach (var (step, size) in alias.Steps.Zip(heads, (step, count) => (step, count * one)))
        {
            var from = start;
            yield return new NamedEntry(new TensorName(new Alias(alias.Convention, alias.Template, step), layer, null, null), Part(entry, axis, from, size));
            start += size;
        }
    }

    private static DumpEntry Part(DumpEntry entry, int axis, long from, long size)
    {
        long[] shape = [.. entry.Shape.Take(axis), size, .. entry.Shape.Skip(axis + 1)];
        return entry.As(shape, all => all.transpose(0, axis)[(int)from..(int)(from + size)].transpose(0, axis));
    }
}
