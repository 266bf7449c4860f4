namespace Llama3.Checking.Relations;

/// <summary>Numbers in rows and columns, row by row.</summary>
/// <param name="Values">The numbers; a complex number is two.</param>
/// <param name="Shape">The sizes; of complex numbers with a last axis of 2.</param>
internal sealed record Grid(float[] Values, long[] Shape)
{
    /// <summary>The numbers of a tensor.</summary>
    public static Grid Of(Tensor tensor) =>
        new(tensor.ToSingles(), tensor.dtype == ScalarType.ComplexFloat32 ? [.. tensor.shape, 2] : tensor.shape);

    /// <summary>How many indexes an axis has.</summary>
    public int Size(int axis) => (int)Shape[axis];

    /// <summary>The numbers at one index of an axis.</summary>
    public float[] At(int axis, int index)
    {
        var (size, inner) = (Size(axis), (int)Inner(axis));
        var numbers = new float[Values.Length / size];
        for (var at = 0; at < numbers.Length; at += inner)
        {
            Values.AsSpan((at * size) + (index * inner), inner).CopyTo(numbers.AsSpan(at));
        }
        return numbers;
    }

    /// <summary>The numbers at several indexes of an axis, one after the other.</summary>
    public float[] At(int axis, IEnumerable<int> indexes)
    {
        var slices = Slices(axis);
        return [.. indexes.SelectMany(index => slices[index])];
    }

    /// <summary>The numbers at each index of an axis.</summary>
    public float[][] Slices(int axis) => [.. Enumerable.Range(0, Size(axis)).Select(index => At(axis, index))];

    /// <summary>The index along an axis of the number at a place in the row of all.</summary>
    public int IndexOf(int axis, int place) => (int)(place / Inner(axis) % Shape[axis]);

    /// <summary>The same numbers with the axes in another order.</summary>
    /// <param name="axes">For each new axis, which it was.</param>
    public Grid Permuted(IReadOnlyList<int> axes)
    {
        var shape = axes.Select(axis => Shape[axis]).ToArray();
        var strides = axes.Select(Inner).ToArray();
        var values = new float[Values.Length];
        for (var place = 0; place < values.Length; place++)
        {
            var (rest, from) = ((long)place, 0L);
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                (rest, var index) = Math.DivRem(rest, shape[axis]);
                from += index * strides[axis];
            }
            values[place] = Values[from];
        }
        return new(values, shape);
    }

    private long Inner(int axis)
    {
        var product = 1L;
        foreach (var size in Shape.AsSpan(axis + 1)) { product *= size; }
        return product;
    }
}
