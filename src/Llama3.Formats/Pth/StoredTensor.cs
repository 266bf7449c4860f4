using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Pth;

/// <summary>A row of numbers: one entry below <c>data/</c> of the archive.</summary>
/// <param name="dtype">BF16, F16 or F32; in dumps any.</param>
/// <param name="key">The name of the entry.</param>
/// <param name="numel">How many numbers.</param>
internal sealed record StoredNumbers(Dtype dtype, string key, long numel);

/// <summary>A tensor as a view of a storage. The constructor checks that every index is within the storage.</summary>
internal sealed record StoredTensor
{
    private const int MostDimensions = 8;

    public StoredTensor(StoredNumbers storage, long offset, long[] shape, long[] strides)
    {
        (this.storage, this.offset, this.shape, this.strides) = (storage, offset, shape, strides);
        var dimensions = shape.Length;
        if (dimensions != strides.Length || dimensions > MostDimensions || shape.Any(size => size < 0) || strides.Append(offset).Min() < 0)
        {
            throw new InvalidDataException($"{this} are not the shape, strides and offset of a tensor with up to {MostDimensions} dimensions");
        }
        if (!IsEmpty && (numel > storage.numel || last >= storage.numel))
        {
            throw new InvalidDataException($"{this} does not fit into its storage of {storage.numel} elements "
                + "(if it repeats some of them, save tensor.contiguous() instead)");
        }
    }

    public StoredNumbers storage { get; }

    public long offset { get; }

    public long[] shape { get; }

    public long[] strides { get; }

    /// <summary>Whether it has no elements.</summary>
    public bool IsEmpty => shape.Contains(0);

    /// <summary>How many elements of the storage lie between its first and its last one, these included.</summary>
    public long reach => IsEmpty ? 0 : (long)(last - offset + 1);

    /// <summary>The number of elements. Counting stops above those of the storage, so it cannot overflow.</summary>
    private Int128 numel => shape.Aggregate((Int128)1, (product, size) => product > storage.numel ? product : product * size);

    /// <summary>The index of the last element. It cannot overflow if there are at most as many elements as in the storage.</summary>
    private Int128 last => shape.Zip(strides).Aggregate((Int128)offset, (index, dim) => index + ((Int128)(dim.First - 1) * dim.Second));

    public override string ToString() => $"shape {Printable.Shape(shape)}, strides {Printable.Shape(strides)}, offset {offset}";
}
