namespace Llama3.Reference.Walking;

/// <summary>
/// Keys and values that a port may have beside those of a pass, and that are none of the pass's business: those of padding, and those that
/// an earlier run has left in the cache. No step reads them; mistakes do.
/// </summary>
internal sealed record OtherRows
{
    /// <summary>How many slots of padding come before the tokens of the pass.</summary>
    public required long padding { get; init; }

    /// <summary>For a layer, what a step computes of that padding, [n_kv_heads, padding, head_dim]; null where that is not known.</summary>
    public required Func<ArticleStep, int, Tensor?> padded { get; init; }

    /// <summary>[dim]: what a step computes of the last slot, if that is padding after the tokens; null where it is not, or is not known.</summary>
    public required Func<ArticleStep, Tensor?> last_slot { get; init; }

    /// <summary>For a layer, the whole cache of the run before, [n_kv_heads, rows, head_dim]; null where no run came before.</summary>
    public required Func<ArticleStep, int, Tensor>? left { get; init; }

    /// <summary>Whether the pass is the first of its run.</summary>
    public required bool is_first { get; init; }

    /// <summary>[M] int64: the positions that row 0 of the batch has in the same slots; null for row 0 itself, or without a batch.</summary>
    public required Tensor? positions_of_row_0 { get; init; }
}
