namespace Llama3.Reference.Walking;

/// <summary>What a pass over new tokens starts from.</summary>
/// <param name="tokens">[M] int64, the new tokens.</param>
/// <param name="kept">N, how many tokens came before.</param>
/// <param name="keys">For a layer, the rotated keys of the tokens before, [n_kv_heads, N, head_dim] float32; null where there are none.</param>
/// <param name="values">For a layer, their values, [n_kv_heads, N, head_dim]; null where there are none.</param>
internal sealed record Pass(Tensor tokens, long kept, Func<int, Tensor?> keys, Func<int, Tensor?> values)
{
    /// <summary>The steps that are computed otherwise where there is a cache.</summary>
    public required IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> instead { get; init; }

    /// <summary>The position of the first token of all; 0, unless positions count the slots of a padded batch.</summary>
    public long first_position { get; init; }

    /// <summary>What a port may have kept beside this; null for nothing.</summary>
    public OtherRows? others { get; init; }

    /// <summary>
    /// Whether keys and values are what an earlier pass over new tokens left in the cache, its mistakes among them, rather than what ought to
    /// be in it.
    /// </summary>
    public bool IsFromCache { get; init; }
}
