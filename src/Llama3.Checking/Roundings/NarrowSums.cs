using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Llama3.Checking.Roundings;

/// <summary>
/// The product of attention and values as flash attention computes it on a cache in float16: key after key, with a sum in float16. Shares of attention
/// are taken relative to the largest so far; when a larger one comes, the sum is scaled down.
/// </summary>
internal static class NarrowSums
{
    /// <summary>The mixed values.</summary>
    /// <param name="attention">[…, T, S] float32, after the softmax: [T, S] of a head or [n_heads, T, S].</param>
    /// <param name="values">[…, S, head_dim], of a head or of all key/value heads.</param>
    /// <returns>[…, T, head_dim].</returns>
    public static Tensor Mix(Tensor attention, Tensor values)
    {
        var (keys, width) = ((int)values.shape[^2], (int)values.shape[^1]);
        var (shares, all) = (attention.ToSingles(), values.ToSingles());
        var rows = shares.Length / keys;
        var mixed = new float[rows * width];
        // Neighbouring query heads share a key/value head.
        var rowsOfHead = rows / (all.Length / (keys * width));
        Parallel.For(0, rows, row => Mix(
            shares.AsSpan(row * keys, keys), all.AsSpan(row / rowsOfHead * keys * width, keys * width), mixed.AsSpan(row * width, width)));
        return Tensor.FromSingles(mixed, [.. attention.shape[..^1], width]);
    }

    private static void Mix(ReadOnlySpan<float> shares, ReadOnlySpan<float> values, Span<float> mixed)
    {
        var (largest, total) = (0f, 0f);
        Span<float> terms = new float[mixed.Length];
        Span<Half> halves = new Half[mixed.Length];
        for (var key = 0; key < shares.Length; key++)
        {
            if (shares[key] == 0) { continue; } // masked
            if (shares[key] > largest)
            {
                TensorPrimitives.Multiply(mixed, largest / shares[key], mixed);
                Round(mixed, halves);
                (total, largest) = (total * (largest / shares[key]), shares[key]);
            }
            TensorPrimitives.MultiplyAdd(values.Slice(key * mixed.Length, mixed.Length), shares[key] / largest, mixed, terms);
            terms.CopyTo(mixed);
            Round(mixed, halves);
            total += shares[key] / largest;
        }
        TensorPrimitives.Divide(mixed, total, mixed);
    }

    private static void Round(Span<float> sums, Span<Half> halves)
    {
        TensorPrimitives.ConvertToHalf(sums, halves);
        TensorPrimitives.ConvertToSingle(halves, sums);
    }
}
