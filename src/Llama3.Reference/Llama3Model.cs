using Llama3.Formats.Checkpoints;
using Llama3.Reference.Caching;
using Llama3.Reference.Steps;

namespace Llama3.Reference;

/// <summary>Everything, all at once: the article's steps as one plain function.</summary>
/// <param name="checkpoint">The model.</param>
/// <param name="dtype">bfloat16 as the notebook computes, or float32.</param>
public sealed class Llama3Model(Checkpoint checkpoint, ScalarType dtype)
{
    private readonly ModelParams _config = checkpoint.Params;

    /// <summary>Called with the name of every weight that is asked for.</summary>
    internal Action<string>? WeightRead { get; init; }

    /// <summary>From token ids to a score for every word that may follow.</summary>
    /// <param name="tokens">[T] int64.</param>
    /// <returns>[vocab_size] dtype.</returns>
    public Tensor forward(Tensor tokens) => forward(tokens, cache: null);

    /// <summary>The same for tokens that follow those in a cache, which then holds them too.</summary>
    /// <param name="tokens">[M] int64, the new ones; their positions begin with the length of the cache.</param>
    /// <param name="cache">Of this model and dtype; null if there are no tokens before and none are to follow.</param>
    /// <returns>[vocab_size] dtype, for what follows the last of them.</returns>
    /// <exception cref="InvalidOperationException">The cache has no room for them.</exception>
    public Tensor forward(Tensor tokens, KeyValueCache? cache)
    {
        using var temporaries = torch.NewDisposeScope();
        var (count, cached) = (tokens.shape[0], cache?.Length ?? 0);
        var freqs_cis = rotations(KvCache.positions(cached, count));
        var mask = count == 1 ? null : Attention.causal_mask(count, cached); // A single new token sees all before it.

        var x = Embedding.look_up(tokens, weight("tok_embeddings"), dtype);
        for (var layer = 0; layer < _config.n_layers; layer++) { x = transformer_block(x, layer, freqs_cis, mask, cache); }
        cache?.Advance(count);
        return Logits.of_last_token(rms_norm(x, "norm"), weight("output")).MoveToOuterDisposeScope();
    }

    /// <summary>Steps 9 to 12.</summary>
    internal Tensor rotations(Tensor positions)
    {
        var freqs = Rope.freqs(Rope.zero_to_one(_config.head_dim / 2), _config.rope_theta, _config.rope_scaling);
        return Rope.freqs_cis(Rope.freqs_for_each_token(positions, freqs));
    }

    /// <summary>Steps 4 to 38.</summary>
    internal Tensor transformer_block(Tensor x, int layer, Tensor freqs_cis, Tensor? mask, KeyValueCache? cache)
    {
        using var temporaries = torch.NewDisposeScope();
        x = Embedding.add_residual(x, attention(rms_norm(x, $"layers.{layer}.attention_norm"), layer, freqs_cis, mask, cache));
        x = Embedding.add_residual(x, feed_forward(rms_norm(x, $"layers.{layer}.ffn_norm"), layer));
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Steps 5 to 34.</summary>
    internal Tensor attention(Tensor x, int layer, Tensor freqs_cis, Tensor? mask, KeyValueCache? cache)
    {
        var q = rotate(heads("wq", _config.n_heads), freqs_cis);
        var k = rotate(heads("wk", _config.n_kv_heads), freqs_cis);
        var v = heads("wv", _config.n_kv_heads);
        if (cache is not null) { (k, v) = cache.Append(layer, k, v); }
        var scores = Attention.scores(q, k);
        var pattern = Attention.softmax(mask is null ? scores : Attention.apply_mask(scores, mask), dtype);
        var stacked = Attention.stack_heads(Attention.mix_values(pattern, v));
        return Attention.project(stacked, weight($"layers.{layer}.attention.wo"), bias($"layers.{layer}.attention.wo"));

        Tensor heads(string name, int count) => Attention.project(
            x,
            Attention.split_into_heads(weight($"layers.{layer}.attention.{name}"), count),
            bias($"layers.{layer}.attention.{name}")?.view(count, 1, -1));
    }

    /// <summary>Steps 8 to 16, or for keys 20 to 23.</summary>
    internal static Tensor rotate(Tensor per_token, Tensor freqs_cis) =>
        Rope.join_pairs(Rope.as_pairs(Rope.rotate(Rope.as_complex_numbers(Rope.split_into_pairs(per_token)), freqs_cis)));

    /// <summary>Step 37.</summary>
    internal Tensor feed_forward(Tensor x, int layer) => FeedForward.swiglu(
        x,
        w1: weight($"layers.{layer}.feed_forward.w1"),
        w2: weight($"layers.{layer}.feed_forward.w2"),
        w3: weight($"layers.{layer}.feed_forward.w3"),
        b1: bias($"layers.{layer}.feed_forward.w1"),
        b2: bias($"layers.{layer}.feed_forward.w2"),
        b3: bias($"layers.{layer}.feed_forward.w3"));

    /// <summary>Steps 4, 36 and 40.</summary>
    internal Tensor rms_norm(Tensor x, string name) => RmsNorm.rms_norm(x, weight(name), _config.norm_eps);

    private Tensor weight(string name) => read($"{name}.weight");

    /// <summary>What is added to the product with a matrix; null where the model has no such bias, as Llama 3.</summary>
    private Tensor? bias(string name) => _config.HasBias(name) ? read($"{name}.bias") : null;

    private Tensor read(string name)
    {
        WeightRead?.Invoke(name);
        return checkpoint.weight(name, dtype);
    }
}
