namespace Llama3.Tensors.Products;

/// <summary>Where four rows of weights begin.</summary>
internal readonly ref struct FourRows<TElement>(ref TElement row0, ref TElement row1, ref TElement row2, ref TElement row3)
{
    public readonly ref TElement Row0 = ref row0;
    public readonly ref TElement Row1 = ref row1;
    public readonly ref TElement Row2 = ref row2;
    public readonly ref TElement Row3 = ref row3;

    /// <summary>The same rows, beginning with another one.</summary>
    public FourRows<TElement> From(int row) => (row % 4) switch
    {
        0 => this,
        1 => new(ref Row1, ref Row2, ref Row3, ref Row0),
        2 => new(ref Row2, ref Row3, ref Row0, ref Row1),
        _ => new(ref Row3, ref Row0, ref Row1, ref Row2),
    };
}
