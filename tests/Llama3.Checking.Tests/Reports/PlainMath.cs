namespace Llama3.Checking.Tests.Reports;

/// <summary>Arithmetic of rows of numbers, with sums in double.</summary>
internal static class PlainMath
{
    /// <summary>What ports round their results to.</summary>
    public static IReadOnlyDictionary<string, Func<float, float>> Roundings { get; } = new Dictionary<string, Func<float, float>>
    {
        ["fp32"] = number => number,
        ["bf16"] = ToBFloat16,
        ["fp16"] = PlainNumbers.ToHalf,
    };

    public static double Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        double even = 0, odd = 0;
        for (var i = 0; i + 1 < one.Length; i += 2) { (even, odd) = (even + ((double)one[i] * other[i]), odd + ((double)one[i + 1] * other[i + 1])); }
        return one.Length % 2 == 0 ? even + odd : even + odd + ((double)one[^1] * other[one.Length - 1]);
    }

    /// <summary>A row times a matrix [out, in] that is stored row by row.</summary>
    public static float[] Times(ReadOnlySpan<float> row, ReadOnlySpan<float> matrix)
    {
        var product = new float[matrix.Length / row.Length];
        for (var i = 0; i < product.Length; i++) { product[i] = (float)Dot(row, matrix.Slice(i * row.Length, row.Length)); }
        return product;
    }

    public static float[] Sum(float[] one, float[] other) => [.. one.Zip(other, (x, y) => x + y)];

    /// <summary>RMSNorm.</summary>
    public static float[] Norm(float[] row, float[] weight, double eps)
    {
        var scale = 1 / Math.Sqrt((Dot(row, row) / row.Length) + eps);
        return [.. row.Zip(weight, (x, w) => (float)(x * scale) * w)];
    }

    /// <summary>Softmax of those scores that count; the others are null.</summary>
    public static float[] Softmax(float?[] scores)
    {
        var most = scores.Max() ?? 0;
        var powers = Array.ConvertAll(scores, score => score is { } seen ? Math.Exp(seen - most) : 0);
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => (float)(power / sum));
    }

    public static float Silu(float x) => (float)(x / (1 + Math.Exp(-x)));

    /// <summary>The number of the largest; of equal ones the first.</summary>
    public static int Largest(float[] numbers) => Array.IndexOf(numbers, numbers.Max());

    private static float ToBFloat16(float number)
    {
        var bits = BitConverter.SingleToUInt32Bits(number);
        return float.IsNaN(number) ? number : BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
