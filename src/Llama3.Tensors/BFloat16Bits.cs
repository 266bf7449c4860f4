using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Llama3.Tensors;

/// <summary>bfloat16 as bits: the sign, the eight bits of exponent and the upper seven bits of mantissa of a float32.</summary>
public static class BFloat16Bits
{
    /// <summary>Rounds to the nearest bfloat16, ties to the even one. Numbers that are too large become infinite; NaN stays a quiet NaN.</summary>
    /// <param name="values">float32.</param>
    /// <param name="bits">As long as <paramref name="values"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Round(ReadOnlySpan<float> values, Span<ushort> bits)
    {
        RequireSameLength(values.Length, bits.Length);
        var i = 0;
        for (; Vector.IsHardwareAccelerated && i <= bits.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var (first, second) = (new Vector<float>(values[i..]), new Vector<float>(values[(i + Vector<float>.Count)..]));
            Vector.Narrow(Round(first), Round(second)).CopyTo(bits[i..]);
        }
        for (; i < bits.Length; i++) { bits[i] = Round(values[i]); }
    }

    /// <summary>Widens to float32, which is exact.</summary>
    /// <param name="bits">bfloat16.</param>
    /// <param name="values">As long as <paramref name="bits"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Widen(ReadOnlySpan<ushort> bits, Span<float> values)
    {
        RequireSameLength(bits.Length, values.Length);
        var words = MemoryMarshal.Cast<float, uint>(values);
        TensorPrimitives.ConvertTruncating(bits, words);
        TensorPrimitives.ShiftLeft<uint>(words, 16, words);
    }

    /// <summary>Adding just under half of the last kept place carries into it if the number is to be rounded up.</summary>
    internal static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) { return (ushort)((bits >> 16) | 0x40); }
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static Vector<uint> Round(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        var numbers = (bits + new Vector<uint>(0x7FFF) + ((bits >> 16) & Vector<uint>.One)) >> 16;
        return Vector.ConditionalSelect(Vector.AsVectorUInt32(Vector.Equals(values, values)), numbers, (bits >> 16) | new Vector<uint>(0x40));
    }

    private static void RequireSameLength(int source, int destination)
    {
        if (source != destination)
        {
            throw new ArgumentException($"{source} values do not go into {destination} places");
        }
    }
}
