namespace Llama3.Reference.Caching;

/// <summary>The keys, or the values, of one layer: a tensor that grows along one dimension, the positions.</summary>
/// <remarks>It is a part of a larger tensor. Appending writes the new positions and moves nothing, unless the room there is used up.</remarks>
internal sealed class CachedTensor : IDisposable
{
    /// <summary>The room is a multiple of this many positions. Rows then begin at lines of the processor's cache.</summary>
    private const int Step = 64;

    private readonly int _dim;
    private Tensor _room;

    /// <summary>An empty tensor.</summary>
    /// <param name="dtype">float32 or bfloat16.</param>
    /// <param name="dim">The dimension that grows.</param>
    /// <param name="shape">The sizes of the others, and 0 for that one.</param>
    public CachedTensor(ScalarType dtype, int dim, params long[] shape) =>
        (_dim, _room) = (dim, torch.zeros(shape, dtype).DetachFromDisposeScope());

    /// <summary>Adds some positions after those that count.</summary>
    /// <param name="more">All dimensions as they are, but for the one that grows.</param>
    /// <param name="length">How many positions count. What was appended beyond them is overwritten.</param>
    /// <param name="most">How many there may ever be.</param>
    /// <returns>All that count, and the new ones: a view, which shows what is appended at the same positions later.</returns>
    public Tensor Append(Tensor more, long length, long most)
    {
        var needed = length + more.shape[_dim];
        if (needed > _room.shape[_dim]) { Grow(length, Math.Min(most, Math.Max(needed, 2 * _room.shape[_dim]))); }
        _room.narrow(_dim, length, more.shape[_dim]).copy_(more);
        return _room.narrow(_dim, 0, needed);
    }

    /// <summary>Frees the tensor at once, where it holds native memory (TorchSharp).</summary>
    public void Dispose() => _room.Dispose();

    private void Grow(long length, long needed)
    {
        var sizes = _room.shape;
        sizes[_dim] = (needed + Step - 1) / Step * Step;
        var grown = torch.zeros(sizes, _room.dtype).DetachFromDisposeScope();
        grown.narrow(_dim, 0, length).copy_(_room.narrow(_dim, 0, length));
        _room.Dispose();
        _room = grown;
    }
}
