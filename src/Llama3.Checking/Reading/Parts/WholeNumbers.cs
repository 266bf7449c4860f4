using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Parts;

/// <summary>Whole numbers that describe a pass, in whatever dtype they were dumped.</summary>
internal static class WholeNumbers
{
    /// <summary>The numbers.</summary>
    /// <exception cref="BadInputException">They are not whole.</exception>
    public static long[] Of(Dump pass, DumpEntry entry)
    {
        var tensor = pass.Read(entry);
        if (tensor.dtype == ScalarType.Int64) { return tensor.ToInt64s(); }
        var numbers = tensor.dtype == float32 ? tensor.ToSingles() : [float.NaN];
        return Array.TrueForAll(numbers, number => number == MathF.Round(number) && MathF.Abs(number) < 1 << 24)
            ? [.. numbers.Select(number => (long)number)]
            : throw Refusal.Of(pass, entry.Written, "holds other numbers than whole ones");
    }
}
