using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Llama3.Reference;

namespace Llama3.Verify;

/// <summary>Tensors as text.</summary>
internal static class TensorText
{
    private const int BriefCount = 6;
    private const int Edge = 3;
    private const long FullCount = 1000;

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Text in quotes, with control characters escaped as in JSON and letters of all scripts as they are.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text, Unescaped);

    /// <summary>"freqs_cis [17, 5]"</summary>
    public static string Describe(Input input) => $"{input.Name} {Sizes(input.Shape)}";

    /// <summary>"[17, 5] ComplexFloat32"</summary>
    public static string Form(Tensor tensor) => $"{Sizes(tensor.shape)} {tensor.dtype}";

    /// <summary>The first few numbers.</summary>
    public static string Brief(Tensor tensor)
    {
        var numbers = Numbers(tensor);
        return string.Join("  ", numbers.Take(BriefCount)) + (numbers.Length > BriefCount ? "  …" : "");
    }

    /// <summary>All numbers, one row per line; of more than a thousand only the edges, as PyTorch prints.</summary>
    public static string Full(Tensor tensor)
    {
        var numbers = Numbers(tensor);
        var width = numbers.Length == 0 ? 0 : numbers.Max(number => number.Length);
        return Block([.. numbers.Select(number => number.PadLeft(width))], tensor.shape, numbers.Length > FullCount, "");
    }

    private static string Block(ReadOnlySpan<string> numbers, ReadOnlySpan<long> shape, bool edges, string indent)
    {
        if (shape.IsEmpty) { return numbers[0]; }
        var parts = new List<string>();
        var size = shape[0] == 0 ? 0 : numbers.Length / (int)shape[0];
        for (var i = 0; i < shape[0]; i++)
        {
            if (edges && i == Edge && shape[0] > 2 * Edge)
            {
                parts.Add("…");
                i = (int)shape[0] - Edge;
            }
            parts.Add(Block(numbers.Slice(i * size, size), shape[1..], edges, indent + " "));
        }
        return $"[{string.Join(shape.Length == 1 ? ", " : $",\n {indent}", parts)}]";
    }

    private static string Sizes(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string[] Numbers(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Int64 => [.. tensor.ToInt64s().Select(value => value.ToString(CultureInfo.InvariantCulture))],
        ScalarType.ComplexFloat32 => [.. tensor.ToSingles().Chunk(2).Select(pair => $"{Number(pair[0])}{(pair[1] < 0 ? "" : "+")}{Number(pair[1])}i")],
        _ => [.. tensor.ToSingles().Select(Number)],
    };

    private static string Number(float value) => float.IsFinite(value)
        ? value.ToString(Math.Abs(value) is 0 or (>= 1e-3f and < 1e4f) ? "F4" : "0.####e+0", CultureInfo.InvariantCulture)
        : float.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
