using Llama3.Formats.Checkpoints;

namespace Llama3.Reference.Caching;

/// <summary>
/// The rotated keys and the values of all tokens so far, for every layer: with it a new token costs one row of work, not all rows again.
/// </summary>
/// <remarks>
/// Appending moves nothing that is there, except where the room must grow: it doubles, up to <see cref="max_seq_len"/>. Keys are kept as
/// [n_kv_heads, position, head_dim], values as [n_kv_heads, head_dim, position], which is how the products of attention read them in place.
/// Not to be shared between threads.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly CachedTensor[] _keys;
    private readonly CachedTensor[] _values;

    /// <summary>An empty cache.</summary>
    /// <param name="config">The model.</param>
    /// <param name="dtype">dtype of the values: that of the forward. Keys are float32, as the rotation leaves them.</param>
    /// <param name="max_seq_len">How many tokens it may hold.</param>
    public KeyValueCache(ModelParams config, ScalarType dtype, int max_seq_len)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max_seq_len);
        this.max_seq_len = max_seq_len;
        _keys = [.. Layers().Select(_ => new CachedTensor(float32, dim: 1, config.n_kv_heads, 0, config.head_dim))];
        _values = [.. Layers().Select(_ => new CachedTensor(dtype, dim: 2, config.n_kv_heads, config.head_dim, 0))];

        IEnumerable<int> Layers() => Enumerable.Range(0, config.n_layers);
    }

    /// <summary>How many tokens it may hold: Meta's name for it.</summary>
    public int max_seq_len { get; }

    /// <summary>How many tokens it holds: the position of the next one.</summary>
    public int Length { get; private set; }

    /// <summary>Adds the keys and values of new tokens to a layer, after those of the <see cref="Length"/> tokens before.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="keys">[n_kv_heads, M, head_dim] float32, rotated by the new tokens' own positions.</param>
    /// <param name="values">[n_kv_heads, M, head_dim].</param>
    /// <returns>Those of all tokens, old and new: [n_kv_heads, N + M, head_dim] each, views of the cache.</returns>
    /// <exception cref="InvalidOperationException">They are more than fit.</exception>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        RequireRoom(keys.shape[1]);
        return (
            _keys[layer].Append(keys, Length, max_seq_len),
            _values[layer].Append(values.transpose(1, 2), Length, max_seq_len).transpose(1, 2));
    }

    /// <summary>Counts tokens whose keys and values all layers have; until then, the next ones would take their place.</summary>
    /// <exception cref="InvalidOperationException">They are more than fit.</exception>
    internal void Advance(long tokens)
    {
        RequireRoom(tokens);
        Length += (int)tokens;
    }

    /// <summary>Frees the tensors at once, where they hold native memory (TorchSharp).</summary>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values)) { tensor.Dispose(); }
    }

    private void RequireRoom(long tokens)
    {
        if (tokens > max_seq_len - Length)
        {
            throw new InvalidOperationException($"the cache holds {Length} of at most {max_seq_len} tokens: {tokens} more do not fit");
        }
    }
}
