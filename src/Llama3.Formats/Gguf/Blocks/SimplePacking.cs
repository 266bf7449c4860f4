using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>Blocks of 32 numbers, rounded as ggml's quantize_row_*_ref rounds them.</summary>
internal static class SimplePacking
{
    private const int Half = 16;

    /// <summary>d · q with q from -127 to 127.</summary>
    public static void Q8_0(ReadOnlySpan<float> values, Span<byte> block)
    {
        var d = Math.Abs(TensorPrimitives.MaxMagnitude(values)) / 127;
        var inverse = Inverse(d);
        BinaryPrimitives.WriteHalfLittleEndian(block, (System.Half)d);
        for (var i = 0; i < values.Length; i++) { block[2 + i] = (byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero); }
    }

    /// <summary>d · (q - middle): the number that is farthest from 0 becomes d · -middle.</summary>
    public static void Symmetric(ReadOnlySpan<float> values, Span<byte> block, int middle)
    {
        var farthest = values[0];
        foreach (var value in values) { farthest = Math.Abs(value) > Math.Abs(farthest) ? value : farthest; }
        var d = farthest / -middle;
        var inverse = Inverse(d);
        BinaryPrimitives.WriteHalfLittleEndian(block, (System.Half)d);
        Write(values, block[2..], value => Math.Min((2 * middle) - 1, (int)((value * inverse) + middle + 0.5f)), hasFifthBits: middle > 8);
    }

    /// <summary>d · q + m, q from 0 to the most.</summary>
    public static void WithMin(ReadOnlySpan<float> values, Span<byte> block, int most)
    {
        var min = TensorPrimitives.Min(values);
        var d = (TensorPrimitives.Max(values) - min) / most;
        var inverse = Inverse(d);
        BinaryPrimitives.WriteHalfLittleEndian(block, (System.Half)d);
        BinaryPrimitives.WriteHalfLittleEndian(block[2..], (System.Half)min);
        Write(values, block[4..], value => Math.Min(most, (int)(((value - min) * inverse) + 0.5f)), hasFifthBits: most > 15);
    }

    private static float Inverse(float d) => d == 0 ? 0 : 1 / d;

    /// <summary>The fifth bits, if there are any, then two quants to a byte: see <see cref="Nibbles"/>.</summary>
    private static void Write(ReadOnlySpan<float> values, Span<byte> block, Func<float, int> quantOf, bool hasFifthBits)
    {
        var (fifth, nibbles) = (0u, hasFifthBits ? sizeof(uint) : 0);
        for (var i = 0; i < values.Length; i++)
        {
            var quant = quantOf(values[i]);
            block[nibbles + (i % Half)] |= (byte)((quant & 0xF) << (i / Half * 4));
            fifth |= (uint)(quant >> 4) << i;
        }
        if (hasFifthBits) { BinaryPrimitives.WriteUInt32LittleEndian(block, fifth); }
    }
}
