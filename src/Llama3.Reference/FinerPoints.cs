using Llama3.Reference.Steps;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Reference;

/// <summary>
/// Results inside one expression of the article that many ports have as tensors of their own. A port may dump them, so that a
/// fault inside the expression is located; the 42 steps do without them.
/// </summary>
public static class FinerPoints
{
    /// <summary>All finer points in reading order. Stays first: the fields below add themselves to it.</summary>
    public static StepList all { get; } = new(Chapter.Article);

    public static readonly ArticleStep attention_norm_before_weight = all.add(
        title: "the norm before attention, without its weight",
        why: "A wrong eps shows here; a wrong or missing weight only after it.",
        formula: "x / √(mean(x²) + eps)",
        shape: "T dim", dtype: bfloat16, cell: 15, repeats: Repeats.PerLayer, part_of: token_embeddings,
        run: v => RmsNorm.normalize(v.layer_input, v.config.norm_eps));

    public static readonly ArticleStep qk_per_token_before_scaling = all.add(
        title: "the scores before they are divided by √head_dim",
        why: "Tells a wrong scale from a wrong product.",
        formula: "q · kᵀ",
        shape: "T T", dtype: float32, cell: 48, repeats: Repeats.PerQueryHead, part_of: qk_per_token,
        run: v => Attention.dot_products(v[q_per_token_rotated], v[k_per_token_rotated]));

    public static readonly ArticleStep ffn_norm_before_weight = all.add(
        title: "the norm before the feed-forward, without its weight",
        why: "As for the norm before attention.",
        formula: "x / √(mean(x²) + eps)",
        shape: "T dim", dtype: bfloat16, cell: 74, repeats: Repeats.PerLayer, part_of: embedding_after_edit_normalized,
        run: v => RmsNorm.normalize(v[embedding_after_edit], v.config.norm_eps));

    public static readonly ArticleStep feed_forward_gate = all.add(
        title: "the gate of the feed-forward",
        why: "w1, not w3: swapped halves show here.",
        formula: "x · w1ᵀ",
        shape: "T ffn_dim", dtype: bfloat16, cell: 76, repeats: Repeats.PerLayer, part_of: output_after_feedforward,
        run: v => Attention.project(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w1"), v.bias("feed_forward.w1")));

    public static readonly ArticleStep feed_forward_gate_activated = all.add(
        title: "the gate after its activation",
        why: "Tells SiLU from GELU, ReLU and a sigmoid.",
        formula: "gate / (1 + exp(-gate))",
        shape: "T ffn_dim", dtype: bfloat16, cell: 76, repeats: Repeats.PerLayer, part_of: output_after_feedforward,
        run: v => FeedForward.activate(v[feed_forward_gate]));

    public static readonly ArticleStep feed_forward_up = all.add(
        title: "what goes through the gate",
        why: "w3, not w1.",
        formula: "x · w3ᵀ",
        shape: "T ffn_dim", dtype: bfloat16, cell: 76, repeats: Repeats.PerLayer, part_of: output_after_feedforward,
        run: v => Attention.project(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w3"), v.bias("feed_forward.w3")));

    public static readonly ArticleStep feed_forward_product = all.add(
        title: "the gated product",
        why: "Element by element; what w2 then brings back to dim.",
        formula: "silu(gate) ⊙ up",
        shape: "T ffn_dim", dtype: bfloat16, cell: 76, repeats: Repeats.PerLayer, part_of: output_after_feedforward,
        run: v => FeedForward.gate(v[feed_forward_gate_activated], v[feed_forward_up]));

    public static readonly ArticleStep norm_before_weight = all.add(
        title: "the final norm without its weight",
        why: "As for the norms in the layers.",
        formula: "x / √(mean(x²) + eps)",
        shape: "T dim", dtype: bfloat16, cell: 82, part_of: final_embedding_normalized,
        run: v => RmsNorm.normalize(v[final_embedding], v.config.norm_eps));

    /// <summary>The steps that have finer points, computed from these: so a fault is located.</summary>
    internal static IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> compositions { get; } =
        new Dictionary<ArticleStep, Func<Values, StepResult>>
        {
            [token_embeddings] = v => v[attention_norm_before_weight] * v.layer_weight("attention_norm"),
            [qk_per_token] = v => v[qk_per_token_before_scaling] / Math.Sqrt(v.config.head_dim),
            [embedding_after_edit_normalized] = v => v[ffn_norm_before_weight] * v.layer_weight("ffn_norm"),
            [output_after_feedforward] = v => Attention.project(v[feed_forward_product], v.layer_weight("feed_forward.w2"), v.bias("feed_forward.w2")),
            [final_embedding_normalized] = v => v[norm_before_weight] * v.weight("norm"),
        };
}
