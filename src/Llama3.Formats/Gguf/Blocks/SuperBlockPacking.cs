using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace Llama3.Formats.Gguf.Blocks;

/// <summary>Blocks of 256 numbers. Each group takes the scale that its largest number asks for; ggml looks for one that makes the errors smallest.</summary>
internal static class SuperBlockPacking
{
    private const int MostScale = 63;

    /// <summary>(d · scale) · q - (dmin · min), q from 0 to 15 or 31, in groups of 32: see <see cref="ScaleAndMin"/>.</summary>
    public static void WithMin(ReadOnlySpan<float> values, Span<byte> block, int most)
    {
        Span<float> scales = stackalloc float[8];
        Span<float> mins = stackalloc float[8];
        for (var group = 0; group < 8; group++)
        {
            var numbers = values.Slice(group * 32, 32);
            mins[group] = -Math.Min(0, TensorPrimitives.Min(numbers));
            scales[group] = (TensorPrimitives.Max(numbers) + mins[group]) / most;
        }
        var (d, dmin) = (Write(block, TensorPrimitives.Max(scales) / MostScale), Write(block[2..], TensorPrimitives.Max(mins) / MostScale));
        var fifth = block[16..48];
        var nibbles = block[^128..];
        for (var group = 0; group < 8; group++)
        {
            var (scale, min) = (Whole(scales[group], d, MostScale), Whole(mins[group], dmin, MostScale));
            WriteScaleAndMin(block[4..16], group, scale, min);
            for (var i = 0; i < 32; i++)
            {
                var quant = Whole(values[(group * 32) + i] + (dmin * min), d * scale, most);
                nibbles[(group / 2 * 32) + i] |= (byte)((quant & 0xF) << (group % 2 * 4));
                if (most > 15) { fifth[i] |= (byte)(quant >> 4 << group); }
            }
        }
    }

    /// <summary>(d · scale) · (q - 32), in groups of 16: see <see cref="Q6_K"/>.</summary>
    public static void Q6_K(ReadOnlySpan<float> values, Span<byte> block)
    {
        Span<float> scales = stackalloc float[16];
        for (var group = 0; group < 16; group++) { scales[group] = Math.Abs(TensorPrimitives.MaxMagnitude(values.Slice(group * 16, 16))) / 31; }
        var d = Write(block[208..], TensorPrimitives.Max(scales) / 127);
        for (var group = 0; group < 16; group++)
        {
            var scale = Whole(scales[group], d, 127);
            block[192 + group] = (byte)scale;
            var (half, within) = Math.DivRem(group, 8);
            for (var i = 0; i < 16; i++)
            {
                var quant = 32 + Math.Clamp(Nearest(values[(group * 16) + i], d * scale), -32, 31);
                block[(half * 64) + (within % 4 * 16) + i] |= (byte)((quant & 0xF) << (within / 4 * 4));
                block[128 + (half * 32) + (within % 2 * 16) + i] |= (byte)(quant >> 4 << (within / 2 * 2));
            }
        }
    }

    /// <summary>Writes a number as float16, and returns what it has become.</summary>
    private static float Write(Span<byte> place, float number)
    {
        BinaryPrimitives.WriteHalfLittleEndian(place, (Half)number);
        return (float)(Half)number;
    }

    private static int Whole(float number, float unit, int most) => Math.Clamp(Nearest(number, unit), 0, most);

    private static int Nearest(float number, float unit) => unit == 0 ? 0 : (int)MathF.Round(number / unit);

    private static void WriteScaleAndMin(Span<byte> scales, int group, int scale, int min)
    {
        if (group < 4)
        {
            scales[group] |= (byte)scale;
            scales[group + 4] |= (byte)min;
        }
        else
        {
            scales[group + 4] |= (byte)((scale & 0xF) | (min & 0xF) << 4);
            scales[group - 4] |= (byte)(scale >> 4 << 6);
            scales[group] |= (byte)(min >> 4 << 6);
        }
    }
}
