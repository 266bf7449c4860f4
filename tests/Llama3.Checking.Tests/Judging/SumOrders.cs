namespace Llama3.Checking.Tests.Judging;

/// <summary>A product of two rows of equal length, added up in some order: Σ left[i] · right[i].</summary>
internal delegate float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right);

/// <summary>Orders in which ports add up; the reference adds up in none of these.</summary>
internal static class SumOrders
{
    private const int Lanes = 8, Short = 4;

    /// <summary>From the last to the first.</summary>
    public static float Reversed(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0f;
        for (var i = left.Length - 1; i >= 0; i--) { sum += left[i] * right[i]; }
        return sum;
    }

    /// <summary>Eight sums side by side, as a vector has them.</summary>
    public static float Blocked(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Span<float> lanes = stackalloc float[Lanes];
        lanes.Clear();
        for (var i = 0; i < left.Length; i++) { lanes[i % Lanes] += left[i] * right[i]; }
        var sum = 0f;
        foreach (var lane in lanes) { sum += lane; }
        return sum;
    }

    /// <summary>The sum of one half and the sum of the other.</summary>
    public static float Pairwise(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        if (left.Length <= Short) { return Reversed(left, right); }
        var half = left.Length / 2;
        return Pairwise(left[..half], right[..half]) + Pairwise(left[half..], right[half..]);
    }

    /// <summary>In float64, rounded at the end.</summary>
    public static float InDouble(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++) { sum += (double)left[i] * right[i]; }
        return (float)sum;
    }
}
