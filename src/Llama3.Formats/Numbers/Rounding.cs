namespace Llama3.Formats.Numbers;

/// <summary>Whether a number survives a dtype of 16 bits.</summary>
internal static class Rounding
{
    /// <summary>Whether bfloat16 holds a number without loss; it does hold NaN.</summary>
    public static bool IsBFloat16(float number) => float.IsNaN(number) || (BitConverter.SingleToUInt32Bits(number) & 0xFFFF) == 0;

    /// <summary>Whether float16 holds a number without loss; it does hold NaN.</summary>
    public static bool IsHalf(float number) => float.IsNaN(number) || (float)(Half)number == number;
}
