using System.Runtime.CompilerServices;

namespace Llama3.Tensors.Products;

/// <summary>A part of the rows of some groups of weights.</summary>
/// <param name="start">The memory.</param>
/// <param name="places">Where each row's part begins in it: four to a group. If a group has fewer rows, the last one is repeated.</param>
/// <param name="next">What is read afterwards.</param>
internal readonly ref struct RowParts<TElement>(ref TElement start, ReadOnlySpan<int> places, Following<TElement> next)
    where TElement : unmanaged
{
    private readonly ref TElement _start = ref start;
    private readonly ReadOnlySpan<int> _places = places;

    /// <summary>What is read afterwards.</summary>
    public Following<TElement> Next { get; } = next;

    /// <summary>The parts of a group's rows.</summary>
    public FourRows<TElement> this[int group] => new(ref Row(4 * group), ref Row((4 * group) + 1), ref Row((4 * group) + 2), ref Row((4 * group) + 3));

    private ref TElement Row(int row) => ref Unsafe.Add(ref _start, (nint)_places[row]);
}

/// <summary>The next parts of the same rows, or the first ones of the rows that follow them. They are only fetched, and may be anywhere.</summary>
/// <param name="start">The memory, as far beyond its start as the parts are beyond those of now.</param>
/// <param name="places">Where each row begins in it.</param>
/// <param name="stride">The distance between the starts of rows.</param>
internal readonly ref struct Following<TElement>(ref TElement start, ReadOnlySpan<int> places, nint stride)
    where TElement : unmanaged
{
    private readonly ref TElement _start = ref start;
    private readonly ReadOnlySpan<int> _places = places;

    /// <summary>The number of rows.</summary>
    public int Count => _places.Length;

    /// <summary>The distance between the starts of rows.</summary>
    public nint Stride { get; } = stride;

    /// <summary>The part of a row.</summary>
    public ref TElement this[int row] => ref Unsafe.Add(ref _start, (nint)_places[row]);
}
