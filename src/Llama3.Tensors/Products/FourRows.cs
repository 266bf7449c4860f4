namespace Llama3.Tensors.Products;

/// <summary>The starts of four rows of weights.</summary>
internal readonly ref struct FourRows<TElement>(ref TElement row0, ref TElement row1, ref TElement row2, ref TElement row3)
{
    public readonly ref TElement Row0 = ref row0;
    public readonly ref TElement Row1 = ref row1;
    public readonly ref TElement Row2 = ref row2;
    public readonly ref TElement Row3 = ref row3;
}
