using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A tensor of a dump, known before its numbers are read.</summary>
internal sealed record DumpEntry
{
    internal DumpEntry(string name, Dtype dtype, long[] shape, Func<Tensor> load) =>
        (Name, Dtype, Shape, Load) = (name, dtype, shape, load);

    /// <summary>The name in the file.</summary>
    public string Name { get; }

    /// <summary>The dtype in the file.</summary>
    public Dtype Dtype { get; }

    /// <summary>The sizes of the dimensions; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Reads the numbers; BF16 gives BFloat16 or Float32.</summary>
    internal Func<Tensor> Load { get; }

    /// <summary>The same tensor by another name.</summary>
    internal DumpEntry Renamed(string name) => new(name, Dtype, [.. Shape], Load);

    /// <summary>A part of this tensor, or the same in another arrangement.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="part">Makes it from the whole.</param>
    internal DumpEntry As(long[] shape, Func<Tensor, Tensor> part) => new(Name, Dtype, shape, () => part(Load()));

    /// <summary>"q_per_token F32 [17, 80]"</summary>
    public override string ToString() => $"{Printable.Text(Name)} {Dtype} {Printable.Shape(Shape)}";
}
