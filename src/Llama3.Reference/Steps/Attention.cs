namespace Llama3.Reference.Steps;

/// <summary>Grouped-query attention. Every function takes one head, [T, …], or all heads at once, [heads, T, …].</summary>
internal static class Attention
{
    /// <summary>Cuts a weight matrix into one matrix per head.</summary>
    /// <param name="weight">[heads · head_dim, dim].</param>
    /// <param name="heads">n_heads for queries, n_kv_heads for keys and values.</param>
    /// <returns>[heads, head_dim, dim], a view.</returns>
    public static Tensor split_into_heads(Tensor weight, int heads) => weight.view(heads, -1, weight.shape[1]);

    /// <summary>Takes one head, or with null keeps them all.</summary>
    /// <param name="per_head">[heads, …].</param>
    /// <param name="head">From 0, or null.</param>
    /// <returns>[…], or [heads, …] for all; a view.</returns>
    public static Tensor select_head(Tensor per_head, int? head) => head is { } one ? per_head[one] : per_head;

    /// <summary>Multiplies each token's vector by a weight matrix: <c>x · weightᵀ</c>.</summary>
    /// <param name="x">[T, in].</param>
    /// <param name="weight">[out, in], or [heads, out, in].</param>
    /// <param name="bias">[out], or [heads, 1, out]: is added, where a model has it; null in Llama 3.</param>
    /// <returns>[T, out], or [heads, T, out].</returns>
    public static Tensor project(Tensor x, Tensor weight, Tensor? bias = null) => Safe.matmul(x, weight.transpose(-2, -1)).plus(bias);

    /// <summary>How well each query fits each key: <c>q · kᵀ / √head_dim</c>.</summary>
    /// <param name="q">[M, head_dim], or [n_heads, M, head_dim].</param>
    /// <param name="k">[S, head_dim], or [n_kv_heads, S, head_dim].</param>
    /// <returns>[M, S], or [n_heads, M, S]: row = query, column = key.</returns>
    public static Tensor scores(Tensor q, Tensor k) => dot_products(q, k) / Math.Sqrt(q.shape[^1]);

    /// <summary>The dot product of each query with each key: <c>q · kᵀ</c>.</summary>
    /// <param name="q">[M, head_dim], or [n_heads, M, head_dim].</param>
    /// <param name="k">[S, head_dim], or [n_kv_heads, S, head_dim].</param>
    /// <returns>[M, S], or [n_heads, M, S]: row = query, column = key.</returns>
    public static Tensor dot_products(Tensor q, Tensor k) => multiply_in_groups(q, k.transpose(-2, -1));

    /// <summary>0 on and below the diagonal, -inf above it: no token sees a later one.</summary>
    /// <param name="tokens">T.</param>
    /// <param name="cached">N, the tokens before them that are in a cache: they are seen by all.</param>
    /// <returns>[T, N + T] float32.</returns>
    public static Tensor causal_mask(long tokens, long cached = 0) =>
        torch.triu(torch.full(tokens, cached + tokens, double.NegativeInfinity), diagonal: cached + 1);

    /// <summary>Adds the mask to the scores.</summary>
    /// <param name="scores">[T, T], or [n_heads, T, T].</param>
    /// <param name="mask">[T, T].</param>
    /// <returns>The shape of scores.</returns>
    public static Tensor apply_mask(Tensor scores, Tensor mask) => scores + mask;

    /// <summary>Turns each row of scores into weights that sum to 1.</summary>
    /// <param name="masked_scores">[…, T, T] float32.</param>
    /// <param name="dtype">dtype of the result; the softmax itself is computed in float32.</param>
    /// <returns>[…, T, T] dtype.</returns>
    public static Tensor softmax(Tensor masked_scores, ScalarType dtype) => masked_scores.softmax(-1).to_type(dtype);

    /// <summary>Mixes the values of all tokens that a token attends to: <c>weights · v</c>.</summary>
    /// <param name="weights">[M, S], or [n_heads, M, S].</param>
    /// <param name="v">[S, head_dim], or [n_kv_heads, S, head_dim].</param>
    /// <returns>[M, head_dim], or [n_heads, M, head_dim].</returns>
    public static Tensor mix_values(Tensor weights, Tensor v) => multiply_in_groups(weights, v);

    /// <summary>Lays the heads of each token side by side, head 0 first.</summary>
    /// <param name="per_head">[n_heads, T, head_dim].</param>
    /// <returns>[T, n_heads · head_dim].</returns>
    public static Tensor stack_heads(Tensor per_head) =>
        torch.cat([.. Enumerable.Range(0, (int)per_head.shape[0]).Select(head => per_head[head])], -1);

    /// <summary>
    /// Grouped queries: neighbouring query heads share one key/value head, <c>head // (n_heads // n_kv_heads)</c>. They are put one below
    /// the other, so that one product serves them all.
    /// </summary>
    private static Tensor multiply_in_groups(Tensor per_query_head, Tensor kv)
    {
        if (kv.ndim == 2) { return Safe.matmul(per_query_head, kv); }
        var (heads, rows, width) = (per_query_head.shape[0], per_query_head.shape[1], per_query_head.shape[2]);
        return Safe.matmul(per_query_head.reshape(kv.shape[0], -1, width), kv).view(heads, rows, -1);
    }
}
