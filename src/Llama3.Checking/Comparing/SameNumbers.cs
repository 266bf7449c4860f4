namespace Llama3.Checking.Comparing;

/// <summary>Whether two tensors hold the same result. What an engine divides and multiplies again, or computes twice, is rounded twice.</summary>
internal static class SameNumbers
{
    private const double Rounding = 1e-6, RoundingTo16Bits = 4e-3;

    /// <summary>Whether they are the same but for roundings.</summary>
    public static bool Are(Tensor one, Tensor other)
    {
        if (!one.shape.SequenceEqual(other.shape)) { return false; }
        var (these, those) = (one.ToSingles(), other.ToSingles());
        return these.SequenceEqual(those)
            || Comparison.DistanceBetween(those, these) < (AreOf16Bits(these) || AreOf16Bits(those) ? RoundingTo16Bits : Rounding);
    }

    /// <summary>Whether they were computed in 16 bits, in whatever they are stored.</summary>
    private static bool AreOf16Bits(float[] numbers) => Array.TrueForAll(numbers, number => (BitConverter.SingleToUInt32Bits(number) & 0xFFFF) == 0)
        || Array.TrueForAll(numbers, number => !float.IsFinite(number) || (float)(Half)number == number);
}
