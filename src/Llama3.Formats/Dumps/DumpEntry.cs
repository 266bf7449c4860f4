using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A tensor of a dump, known before its numbers are read.</summary>
internal sealed record DumpEntry
{
    private readonly string? _written;

    internal DumpEntry(string name, Dtype dtype, long[] shape, Func<Tensor> load) =>
        (Name, Dtype, Shape, Load) = (name, dtype, shape, load);

    /// <summary>What it is called: as in the file, unless its name has been translated.</summary>
    public string Name { get; private init; }

    /// <summary>The name in the file.</summary>
    public string Written
    {
        get => _written ?? Name;
        internal init => _written = value;
    }

    /// <summary>Whose name that is, if it has been translated; else empty.</summary>
    public string Convention { get; internal init; } = "";

    /// <summary>What else was changed with the name.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Whether it is known, and not judged.</summary>
    public bool IsIgnored { get; internal init; }

    /// <summary>The dtype in the file.</summary>
    public Dtype Dtype { get; }

    /// <summary>The sizes of the dimensions; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; private init; }

    /// <summary>Reads the numbers; BF16 gives BFloat16 or Float32.</summary>
    internal Func<Tensor> Load { get; private init; }

    /// <summary>The same tensor by another name.</summary>
    internal DumpEntry Renamed(string name) => this with { Name = name };

    /// <summary>The same, with one more note; none if that is null.</summary>
    internal DumpEntry With(string? note) => note is null ? this : this with { Notes = [.. Notes, note] };

    /// <summary>A part of this tensor, or the same in another arrangement.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="part">Makes it from the whole.</param>
    internal DumpEntry As(long[] shape, Func<Tensor, Tensor> part) => this with { Shape = shape, Load = () => part(Load()) };

    /// <summary>"q_per_token F32 [17, 80]"</summary>
    public override string ToString() => $"{Printable.Text(Written)} {Dtype} {Printable.Shape(Shape)}";
}
