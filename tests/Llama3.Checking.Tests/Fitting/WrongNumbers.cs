using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Fitting;

/// <summary>Ports with one wrong number each.</summary>
internal static class WrongNumbers
{
    public static IReadOnlyList<WrongNumber> All { get; } =
    [
        .. new (double, string)[] { (2e-5, "about 2e-5 (± 0.001 %)"), (3e-6, "about 3e-6 (± 0.001 %)"), (1e-4, "about 1e-4 (± 0.001 %)"), (1.2345e-5, "about 1.2345e-5 (± 0.001 %)") }
            .Select(eps => WrongNumber.OfParams("norm_eps", eps.Item1, "norm_eps_other", $"norm_eps is {eps.Item2} instead of 1e-5")),
        .. new (double, string)[]
        {
            (250_000, "about 250000 (± 0.001 %) instead of 500000"), (8e6, "about 8000000 (± 0.001 %) instead of 500000"), (100, "about 100 (± 0.001 %) instead of 500000"),
            (492_544, "about 492544 (± 0.001 %) instead of 500000"), (123_456.789, "about 123457 (± 0.001 %) instead of 500000"),
        }.Select(theta => WrongNumber.OfParams("rope_theta", theta.Item1, "rope_theta_other", $"rope_theta is {theta.Item2}")),
        // 500000^(5/4): head_dim/2 is 5.
        Other("rope_theta_other", "that is 500000 with the exponents i / (head_dim/2 - 1)", freqs, v => 1.0 / torch.pow(500_000, torch.arange(5, dtype: float32) / 4)),
        Other("rope_frequencies_scaled", "the angles are about 0.25 (± 0.001 %) times", freqs, v => v.right(freqs) / 4),
        Other("rope_frequencies_scaled", "the angles are about 2.5 (± 0.001 %) times", freqs, v => v.right(freqs) * 2.5),
        Other("score_scale_other", "divided by about 3 (± 0.001 %) instead of √head_dim (3.16228); that is n_layers or √(head_dim - 1)", qk_per_token, v => v.right(qk_per_token) * (Math.Sqrt(10) / 3)),
        Other("score_scale_other", "divided by about 14 (± 0.001 %) instead of √head_dim (3.16228)", qk_per_token, v => v.right(qk_per_token) * (Math.Sqrt(10) / 14)),
        Other("score_scale_other", "divided by about 0.5 (± 0.001 %)", qk_per_token, v => v.right(qk_per_token) * (Math.Sqrt(10) * 2)),
        Other("score_softcap", "capped at about 40 (", qk_per_token, v => torch.tensor(Array.ConvertAll(v.right(qk_per_token).ToSingles(), x => 40 * MathF.Tanh(x / 40)), v.right(qk_per_token).shape)),
        Other("score_softcap", "capped at about 7.5 (± 0.001 %)", qk_per_token, v => torch.tensor(Array.ConvertAll(v.right(qk_per_token).ToSingles(), x => 7.5f * MathF.Tanh(x / 7.5f)), v.right(qk_per_token).shape)),
        Other("mask_other", "the mask holds about -5 (± 0.001 %) instead of -inf", mask, v => torch.triu(torch.full(v.right(mask).shape, -5), 1 + v.right(mask).shape[1] - v.right(mask).shape[0])),
        Other("embeddings_scaled", "the embeddings are multiplied by about 12 (± 0.001 %)", token_embeddings_unnormalized, v => v.right(token_embeddings_unnormalized) * 12),
        Other("attn_result_scaled", "attention's result is multiplied by about 0.22 (± 0.001 %)", embedding_after_edit, v => v.layer_input + v[embedding_delta] * 0.22),
        Other("attn_sum_scaled", "attention's result is multiplied by about 0.707107 (± 0.001 %); that is 1/√n_kv_heads or 1/√2", embedding_after_edit, v => (v.layer_input + v[embedding_delta]) / Math.Sqrt(2)),
        Other("ffn_result_scaled", "the feed-forward's result is multiplied by about 0.408248 (± 0.001 %); that is 1/√(2·n_layers)", layer_0_embedding, v => v[embedding_after_edit] + v[output_after_feedforward] / Math.Sqrt(6)),
        Other("ffn_residual_scaled", "is multiplied, before its result is added, by about 0.5 (± 0.001 %)", layer_0_embedding, v => v[embedding_after_edit] * 0.5 + v[output_after_feedforward]),
        Other("logits_scaled_other", "the logits are multiplied by about 1.3 (± 0.001 %)", logits, v => v.right(logits) * 1.3),
        Other("logits_softcap", "the logits are capped at about 25 (± 0.001 %)", logits, v => torch.tensor(Array.ConvertAll(v.right(logits).ToSingles(), x => 25 * MathF.Tanh(x / 25)))),
        Other("norm_divisor_other", "divided by about 64 (± 0.001 %) instead of dim (80)", ArticleSteps.token_embeddings, null!) with { Wrong = Norms((x, eps) => x * torch.rsqrt(x.pow(2).sum(-1, keepdim: true) / 64 + eps)) },
        Other("norm_eps_outside_other", "about 1e-4 (± 0.002 %) is added after the root, instead of norm_eps (1e-5) inside it", token_embeddings, null!) with { Wrong = Norms((x, _) => x / (x.pow(2).mean([-1], keepdim: true).sqrt() + 1e-4)) },
        Other("sliding_window", "no more than the last 5 tokens", mask, v => Windowed(v.right(mask), 5)),
    ];

    /// <summary>Ports that dump the exponents, which are wrong.</summary>
    public static IReadOnlyList<WrongNumber> Exponents { get; } =
    [
        Other("rope_exponent_other", "the exponents are about 1.25 (± 0.001 %) times what they should be; that is i / (head_dim/2 - 1) instead", zero_to_one_split_into_64_parts, _ => torch.arange(5, dtype: float32) / 4),
        Other("rope_exponent_shifted", "the exponents count pairs from about 0.25 (± 0.001 %) instead of 0", zero_to_one_split_into_64_parts, _ => (torch.arange(5, dtype: float32) + 0.25) / 5),
    ];

    /// <summary>Positions of the prompt.</summary>
    public static IReadOnlyList<WrongNumber> Positions { get; } =
    [
        .. new[] { 3, -2, 7, 15, 47, 111 }.Select(offset => new WrongNumber("rope_pos_other", $"all positions are {Math.Abs(offset)} too {(offset > 0 ? "high" : "low")}")
        {
            Wrong = new() { [freqs_for_each_token] = v => torch.outer((v.positions + offset).to_type(float32), v[freqs]) },
        }),
    ];

    /// <summary>Positions of new tokens.</summary>
    public static IReadOnlyList<WrongNumber> PositionsOfPasses { get; } =
    [
        .. new[] { 2, -3, 5, -9 }.Select(offset => new WrongNumber("cache_pos_other", $"the positions of the new tokens are {Math.Abs(offset)} too {(offset > 0 ? "high" : "low")}")
        {
            InPassesOnly = true,
            Wrong = new() { [CacheSteps.positions] = v => torch.arange(v.right(CacheSteps.positions).shape[0]) + (v.kept + offset) },
        }),
    ];

    /// <summary>Mistakes that no number describes, though each is near to one.</summary>
    public static IReadOnlyDictionary<string, WrongNumber> NoNumber { get; } = new Dictionary<string, WrongNumber>
    {
        ["keys scaled"] = Other("", "", k_per_token, v => v.right(k_per_token) * 1.3),
        ["rotated queries scaled"] = Other("", "", q_per_token_rotated, v => v.right(q_per_token_rotated) * 0.9),
        ["values scaled"] = Other("", "", v_per_token, v => v.right(v_per_token) * 1.1),
        ["feed-forward scaled and shifted"] = Other("", "", output_after_feedforward, v => v.right(output_after_feedforward) * 1.1 + 0.01),
        ["scores scaled by head"] = Other("", "", qk_per_token, v => v.right(qk_per_token) * (1 + torch.arange(8, dtype: float32).view(8, 1, 1)) / 4),
        ["logits shifted"] = Other("", "", logits, v => v.right(logits) * 1.01 + 0.5),
        ["norm in powers"] = Other("", "", token_embeddings, null!) with { Wrong = Norms((x, eps) => x / (x.abs().mean([-1], keepdim: true) + eps)) },
        ["positions squared"] = new("", "") { Wrong = new() { [freqs_for_each_token] = v => torch.outer(v.positions.to_type(float32).pow(2), v[freqs]) } },
        ["frequencies in a line"] = Other("", "", freqs, v => 1 - torch.arange(5, dtype: float32) / 5),
        ["one added to the softmax's sum"] = new("", "")
        {
            Wrong = new() { [qk_per_token_after_masking_after_softmax] = v => (v[qk_per_token_after_masking].exp() / (v[qk_per_token_after_masking].exp().sum(-1, keepdim: true) + 1)).to_type(v.dtype) },
        },
    };

    private static WrongNumber Other(string name, string said, ArticleStep step, Func<Values, Tensor> run) =>
        new(name, said) { Wrong = new() { [step] = v => run(v) } };

    private static Dictionary<ArticleStep, Func<Values, StepResult>> Norms(Func<Tensor, double, Tensor> normalized) => new()
    {
        [FinerPoints.attention_norm_before_weight] = v => normalized(v.layer_input, v.config.norm_eps),
        [FinerPoints.ffn_norm_before_weight] = v => normalized(v[embedding_after_edit], v.config.norm_eps),
        [FinerPoints.norm_before_weight] = v => normalized(v[final_embedding], v.config.norm_eps),
        [token_embeddings] = v => normalized(v.layer_input, v.config.norm_eps) * v.layer_weight("attention_norm"),
        [embedding_after_edit_normalized] = v => normalized(v[embedding_after_edit], v.config.norm_eps) * v.layer_weight("ffn_norm"),
        [final_embedding_normalized] = v => normalized(v[final_embedding], v.config.norm_eps) * v.weight("norm"),
    };

    private static Tensor Windowed(Tensor mask, int width)
    {
        var (numbers, keys) = (mask.ToSingles(), (int)mask.shape[1]);
        var kept = keys - (int)mask.shape[0];
        return torch.tensor([.. numbers.Select((value, i) => i % keys <= kept + i / keys - width ? float.NegativeInfinity : value)], mask.shape);
    }
}
