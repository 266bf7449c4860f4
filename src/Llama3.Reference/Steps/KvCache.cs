namespace Llama3.Reference.Steps;

/// <summary>Keys and values that are kept, so that a new token needs nothing else of those before it.</summary>
internal static class KvCache
{
    /// <summary>Where the new tokens stand: after those that are kept.</summary>
    /// <param name="kept">N, how many tokens are kept.</param>
    /// <param name="tokens">M, how many are new.</param>
    /// <returns>[M] int64: N, N+1, … N+M-1.</returns>
    public static Tensor positions(long kept, long tokens) => torch.arange(kept, kept + tokens);

    /// <summary>Puts the new rows after the kept ones.</summary>
    /// <param name="kept">[N, head_dim], or [n_kv_heads, N, head_dim]; null where nothing is kept yet.</param>
    /// <param name="rows">[M, head_dim], or [n_kv_heads, M, head_dim].</param>
    /// <returns>[N+M, head_dim], or [n_kv_heads, N+M, head_dim].</returns>
    public static Tensor append(Tensor? kept, Tensor rows) => kept is null ? rows : torch.cat([kept, rows], -2);
}
