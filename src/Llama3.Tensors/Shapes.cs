namespace Llama3.Tensors;

/// <summary>Arithmetic of shapes and strides.</summary>
internal static class Shapes
{
    /// <summary>"[17, 80]", as torch writes it.</summary>
    public static string Text(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>The number of elements.</summary>
    /// <exception cref="ArgumentException">A size is negative, or the product leaves 64 bits.</exception>
    public static long Count(ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            if (size < 0) { throw new ArgumentException($"shape {Text(shape)}: a size cannot be negative ({size})"); }
            if (Math.BigMul(count, size, out count) != 0 || count < 0)
            {
                throw new ArgumentException($"shape {Text(shape)} has more elements than 64 bits can count");
            }
        }

        return shape.Contains(0) ? 0 : count;
    }

    /// <summary>The number of elements, where one array has to hold them all.</summary>
    /// <exception cref="ArgumentException">There are more than an array can hold.</exception>
    public static int ArrayLength(ReadOnlySpan<long> shape, int perElement = 1)
    {
        var count = Count(shape);
        return count <= Array.MaxLength / perElement
            ? (int)count * perElement
            : throw new ArgumentException($"shape {Text(shape)} has {count} elements: more than an array can hold");
    }

    /// <summary>The strides of a row-major tensor: the last index runs fastest.</summary>
    public static long[] RowMajor(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var dim = shape.Length - 1; dim >= 0; dim--)
        {
            strides[dim] = stride;
            stride *= Math.Max(1, shape[dim]);
        }

        return strides;
    }

    /// <summary>A dimension counted from the front; -1 is the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static int Dim(long dim, int ndim) => dim >= -ndim && dim < ndim
        ? (int)(dim < 0 ? dim + ndim : dim)
        : throw new ArgumentOutOfRangeException(nameof(dim), $"there is no dimension {dim} in a tensor of {ndim} dimension(s)");

    /// <summary>The shape in which two shapes meet: sizes are compared from the last; 1 or a missing size repeats.</summary>
    /// <exception cref="ArgumentException">Two sizes differ, and neither is 1.</exception>
    public static long[] Broadcast(string operation, ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        var result = new long[Math.Max(left.Length, right.Length)];
        for (var fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            var (a, b) = (fromEnd <= left.Length ? left[^fromEnd] : 1, fromEnd <= right.Length ? right[^fromEnd] : 1);
            if (a != b && a != 1 && b != 1)
            {
                var sizes = $"{a} and {b} at dimension -{fromEnd}";
                throw new ArgumentException($"{operation}: {Text(left)} and {Text(right)} do not broadcast: {sizes} differ, neither is 1");
            }

            result[^fromEnd] = a == 1 ? b : a;
        }

        return result;
    }

    /// <summary>
    /// The strides with which the same memory shows another shape, or null if no strides can. Sizes of the new shape are
    /// taken, last first, from runs of old dimensions without gaps in memory.
    /// </summary>
    public static long[]? ViewStrides(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, ReadOnlySpan<long> shape)
    {
        if (shape.Contains(0)) { return RowMajor(shape); }
        var result = new long[shape.Length];
        var (old, left, stride) = (sizes.Length, 1L, 1L);
        for (var dim = shape.Length - 1; dim >= 0; dim--)
        {
            if (left == 1 && shape[dim] != 1) { (left, stride) = Run(sizes, strides, ref old); }
            if (left % shape[dim] != 0) { return null; }
            result[dim] = stride;
            stride *= shape[dim];
            left /= shape[dim];
        }

        return result;
    }

    /// <summary>The length and innermost stride of the run of dimensions that ends before <paramref name="old"/>.</summary>
    private static (long Length, long Stride) Run(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, ref int old)
    {
        var length = sizes[--old];
        var stride = strides[old];
        while (old > 0 && (sizes[old - 1] == 1 || length == 1 || strides[old - 1] == length * stride))
        {
            old--;
            if (length == 1) { stride = strides[old]; }
            length *= sizes[old];
        }

        return (length, stride);
    }
}
