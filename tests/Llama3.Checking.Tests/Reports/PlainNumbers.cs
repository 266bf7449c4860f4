namespace Llama3.Checking.Tests.Reports;

/// <summary>Numbers of fewer bits.</summary>
internal static class PlainNumbers
{
    public static float ToHalf(float number) => (float)(Half)number;

    /// <summary>To bfloat16, without rounding.</summary>
    public static float Cut(float number) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(number) & 0xFFFF0000);

    /// <summary>Numbers that are kept as whole ones from -127 to 127, times a scale.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="scaleOf">What becomes of the scale, the largest number / 127.</param>
    public static float[] InInt8(float[] numbers, Func<float, float> scaleOf)
    {
        var scale = scaleOf(numbers.Max(Math.Abs) / 127);
        return scale == 0 ? numbers : Array.ConvertAll(numbers, number => Math.Clamp(MathF.Round(number / scale), -127, 127) * scale);
    }

    /// <summary>Of as many numbers as a head has, all over a row.</summary>
    public static float[] EachHead(float[] row, int size, Func<float[], float[]> change) => [.. row.Chunk(size).SelectMany(change)];
}
