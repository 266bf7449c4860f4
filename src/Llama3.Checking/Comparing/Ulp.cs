namespace Llama3.Checking.Comparing;

/// <summary>Units in the last place: how many representable numbers apart two values are.</summary>
internal static class Ulp
{
    /// <summary>The distance in steps of the dtype; <see cref="long.MaxValue"/> where one is NaN or infinite and the other is not the same.</summary>
    public static long Distance(double actual, double expected, ScalarType dtype)
    {
        if (actual == expected) { return 0; }
        if (!double.IsFinite(actual) || !double.IsFinite(expected)) { return long.MaxValue; }
        return Math.Abs(Rank((float)actual) - Rank((float)expected)) >> (dtype == ScalarType.BFloat16 ? 16 : 0);
    }

    /// <summary>Numbers the floats in order: neighbours differ by 1, and both zeros are 0.</summary>
    private static long Rank(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        return bits < 0 ? -(long)(bits & int.MaxValue) : bits;
    }
}
