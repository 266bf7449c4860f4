namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>Changes of tensors that are no part of PyTorch's vocabulary here.</summary>
internal static class Numbers
{
    /// <summary>A function of each number.</summary>
    public static Tensor Each(this Tensor x, Func<float, float> map) => Tensor.FromSingles(Array.ConvertAll(x.ToSingles(), number => map(number)), x.shape);

    public static Tensor Clamped(this Tensor x, float limit) => x.Each(number => Math.Clamp(number, -limit, limit));

    /// <summary>Rounded to this many levels between its lowest and highest number.</summary>
    public static Tensor Quantised(this Tensor x, int bits)
    {
        var step = x.ToSingles().Max(Math.Abs) / ((1 << (bits - 1)) - 1);
        return x.Each(number => MathF.Round(number / step) * step);
    }

    /// <summary>One number changed: the one at an index in row-major order.</summary>
    public static Tensor With(this Tensor x, int at, Func<float, float> change)
    {
        var numbers = x.ToSingles();
        numbers[at] = change(numbers[at]);
        return Tensor.FromSingles(numbers, x.shape);
    }

    /// <summary>The parts along a dimension in another order.</summary>
    public static Tensor Ordered(this Tensor x, long dim, Func<int, int> from) => x.index_select(
        dim, torch.tensor(Enumerable.Range(0, (int)x.size((int)dim)).Select(i => (long)from(i)).ToArray()));

    /// <summary>Each part is that of <paramref name="by"/> places before it, and the first are the last.</summary>
    public static Tensor Rolled(this Tensor x, long dim, int by = 1)
    {
        var size = (int)x.size((int)dim);
        return x.Ordered(dim, i => (i - (by % size) + size) % size);
    }

    public static Tensor Reversed(this Tensor x, long dim) => x.Ordered(dim, i => (int)x.size((int)dim) - 1 - i);

    /// <summary>Two parts exchanged.</summary>
    public static Tensor Swapped(this Tensor x, long dim, int one, int other) => x.Ordered(dim, i => i == one ? other : i == other ? one : i);

    /// <summary>Each part replaced by what is made of it.</summary>
    public static Tensor EachPart(this Tensor x, long dim, Func<int, Tensor, Tensor> change) => torch.cat(
        [.. Enumerable.Range(0, (int)x.size((int)dim)).Select(i => change(i, x.narrow(dim, i, 1)))], dim);

    /// <summary>Some parts multiplied by a number.</summary>
    public static Tensor Scaled(this Tensor x, long dim, double factor, params int[] parts) =>
        x.EachPart(dim, (i, part) => parts.Contains(i) ? part * factor : part);
}
