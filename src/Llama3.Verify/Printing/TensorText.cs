using System.Globalization;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Printing;

/// <summary>Tensors as text. Only the numbers that are shown are read.</summary>
internal static class TensorText
{
    private const int BriefCount = 6;
    private const int Edge = 3;
    private const long FullCount = 1000;

    /// <summary>"freqs_cis [17, 5]"</summary>
    public static string Describe(Input input) => $"{input.Name} {Printable.Shape(input.Shape)}";

    /// <summary>"[17, 5] ComplexFloat32"</summary>
    public static string Form(Tensor tensor) => $"{Printable.Shape(tensor.shape)} {tensor.dtype}";

    /// <summary>The first few numbers.</summary>
    public static string Brief(Tensor tensor)
    {
        var rows = tensor;
        while (rows.ndim > 1 && rows[0].numel() >= BriefCount) { rows = rows[0]; }
        var line = rows.reshape(-1);
        var shown = line[..(int)Math.Min(BriefCount, line.shape[0])];
        return string.Join("  ", Numbers(shown)) + (shown.numel() < tensor.numel() ? "  …" : "");
    }

    /// <summary>All numbers, one row per line; of more than a thousand only the edges, as PyTorch does.</summary>
    public static string Full(Tensor tensor)
    {
        var cropped = tensor.numel() > FullCount;
        var shown = cropped ? Edges(tensor) : tensor;
        var numbers = Numbers(shown);
        var width = numbers.Max(number => number.Length);
        return Block([.. numbers.Select(number => number.PadLeft(width))], shown.shape, tensor.shape, "");
    }

    /// <summary>The first and the last three along every dimension that has more than six.</summary>
    private static Tensor Edges(Tensor tensor)
    {
        for (var dim = 0; dim < tensor.ndim; dim++)
        {
            var size = tensor.shape[dim];
            if (size <= 2 * Edge) { continue; }
            var ends = new[] { tensor.transpose(0, dim)[..Edge], tensor.transpose(0, dim)[(int)(size - Edge)..] };
            tensor = torch.cat(ends, 0).transpose(0, dim);
        }
        return tensor;
    }

    private static string Block(ReadOnlySpan<string> numbers, ReadOnlySpan<long> shown, ReadOnlySpan<long> shape, string indent)
    {
        if (shown.IsEmpty) { return numbers[0]; }
        var parts = new List<string>();
        var size = numbers.Length / (int)shown[0];
        for (var i = 0; i < shown[0]; i++)
        {
            if (i == Edge && shown[0] < shape[0]) { parts.Add("…"); }
            parts.Add(Block(numbers.Slice(i * size, size), shown[1..], shape[1..], indent + " "));
        }
        return $"[{string.Join(shown.Length == 1 ? ", " : $",\n {indent}", parts)}]";
    }

    private static string[] Numbers(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Int64 => [.. tensor.ToInt64s().Select(value => value.ToString(CultureInfo.InvariantCulture))],
        ScalarType.ComplexFloat32 => [.. tensor.ToSingles().Chunk(2).Select(Complex)],
        _ => [.. tensor.ToSingles().Select(Number)],
    };

    private static string Complex(float[] parts) => $"{Number(parts[0])}{(parts[1] < 0 ? "" : "+")}{Number(parts[1])}i";

    /// <summary>"0.3918", "2.7595e-5" or "-inf".</summary>
    public static string Number(float value) => float.IsFinite(value)
        ? value.ToString(Math.Abs(value) is 0 or (>= 1e-3f and < 1e4f) ? "F4" : "0.####e+0", CultureInfo.InvariantCulture)
        : float.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
