using Llama3.Formats.Numbers;

namespace Llama3.Reference.Caching;

/// <summary>The keys, or the values, of one layer: a tensor that grows along one dimension, the positions.</summary>
internal abstract class CachedTensor : IDisposable
{
    /// <summary>An empty one.</summary>
    /// <param name="dtype">float32 or bfloat16.</param>
    /// <param name="dim">The dimension that grows.</param>
    /// <param name="shape">The sizes of the others, and 0 for that one.</param>
    public static CachedTensor Create(ScalarType dtype, int dim, params long[] shape) => dtype == ScalarType.BFloat16
        ? new CachedTensor<ushort>(dim, shape, TensorBytes.UpperHalf, static (bits, shape) => Tensor.FromBFloat16(bits, shape))
        : new CachedTensor<float>(dim, shape, static value => value, static (values, shape) => Tensor.FromSingles(values, shape));

    /// <summary>Adds some positions behind those that count.</summary>
    /// <param name="more">All dimensions as they are, but for the one that grows.</param>
    /// <param name="length">How many positions count. What was appended beyond them is overwritten.</param>
    /// <param name="most">How many there may ever be.</param>
    /// <returns>All that count, and the new ones.</returns>
    public abstract Tensor Append(Tensor more, int length, int most);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <inheritdoc cref="CachedTensor"/>
/// <remarks>Positions lie in an array with room for more. Tensors over it show what is filled: only what lies beyond is written.</remarks>
internal sealed class CachedTensor<T>(int dim, long[] shape, Func<float, T> convert, Func<ReadOnlyMemory<T>, long[], Tensor> over) : CachedTensor
{
    /// <summary>Rows then begin at lines of the processor's cache.</summary>
    private const int Step = 64;

    private readonly int _rows = (int)shape[..dim].Aggregate(1L, (product, size) => product * size);
    private readonly int _width = (int)shape[(dim + 1)..].Aggregate(1L, (product, size) => product * size);
    private T[] _elements = [];
    private int _capacity;
    private Tensor? _all;

    public override Tensor Append(Tensor more, int length, int most)
    {
        var count = (int)more.shape[dim];
        if (length + count > _capacity) { Grow(length, Math.Min(most, Math.Max(length + count, 2 * _capacity))); }
        var values = more.ToSingles();
        for (var row = 0; row < _rows; row++)
        {
            var place = _elements.AsSpan(((row * _capacity) + length) * _width, count * _width);
            for (var i = 0; i < place.Length; i++) { place[i] = convert(values[(row * place.Length) + i]); }
        }
        Dispose();
        _all = over(_elements, [.. shape[..dim], _capacity, .. shape[(dim + 1)..]]);
        return _all.narrow(dim, 0, length + count);
    }

    /// <summary>Where the tensor is a copy (TorchSharp), it holds native memory.</summary>
    public override void Dispose() => _all?.Dispose();

    private void Grow(int length, int needed)
    {
        var capacity = (needed + Step - 1) / Step * Step;
        var elements = new T[checked(_rows * capacity * _width)];
        for (var row = 0; row < _rows; row++)
        {
            _elements.AsSpan(row * _capacity * _width, length * _width).CopyTo(elements.AsSpan(row * capacity * _width));
        }
        (_elements, _capacity) = (elements, capacity);
    }
}
