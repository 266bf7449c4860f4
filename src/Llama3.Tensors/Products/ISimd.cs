using System.Runtime.Intrinsics;

namespace Llama3.Tensors.Products;

/// <summary>The operations of an instruction set that a product needs. The compiler inlines them for each set.</summary>
/// <typeparam name="TVector">Several float32.</typeparam>
internal interface ISimd<TVector>
{
    /// <summary>The number of float32 in a vector. A chunk is twice as many elements of a row, and is read at a time.</summary>
    static abstract int Count { get; }

    /// <summary>The most rows of x in a tile whose sums, four to a row, stay in registers.</summary>
    static abstract int MaxRows { get; }

    /// <summary>a · b + sum, with one rounding where the hardware can, else with two.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector sum);

    /// <summary>For each of four vectors the sum of its numbers.</summary>
    static abstract Vector128<float> Sums(in FourVectors<TVector> vectors);
}

/// <summary>Reading numbers into vectors.</summary>
/// <typeparam name="TVector">Several float32.</typeparam>
/// <typeparam name="TElement"><c>float</c>, or <c>ushort</c> for bfloat16.</typeparam>
internal interface ILoad<TVector, TElement>
{
    /// <summary>One half of a chunk, as float32: the first elements, or of bfloat16 the even ones. It need not be aligned.</summary>
    static abstract TVector First(ref TElement chunk);

    /// <summary>The other half of a chunk, as float32.</summary>
    static abstract TVector Second(ref TElement chunk);
}
