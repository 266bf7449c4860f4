namespace Llama3.Checking.Relations;

/// <summary>Numbers of a narrower dtype where float32 is expected.</summary>
internal static class Rounding
{
    /// <summary>A rounding to bfloat16 changes a number by at most 1/256 of it.</summary>
    private const double Most = 4e-3;

    /// <summary>"rounded to bfloat16, where float32 is expected"</summary>
    public static string? Of(IReadOnlyList<Miss> misses) =>
        misses.All(miss => IsRounded(miss, Narrowed)) ? "rounded to bfloat16, where float32 is expected"
        : misses.All(miss => IsRounded(miss, value => (float)(Half)value)) ? "rounded to float16, where float32 is expected"
        : null;

    private static bool IsRounded(Miss miss, Func<float, float> round) => !miss.IsRounded
        && Array.TrueForAll(miss.Actual.Values, value => round(value).Equals(value))
        && !Array.TrueForAll(miss.Expected.Values, value => round(value).Equals(value))
        && Comparing.Comparison.DistanceBetween(miss.Actual.Values, miss.Expected.Values) <= Most;

    private static float Narrowed(float value) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) & ~0xFFFF);
}
