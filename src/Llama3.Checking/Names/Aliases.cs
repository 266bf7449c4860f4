using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Names;

/// <summary>All names under which ports may dump: step ids, and those of llama.cpp, Hugging Face and TransformerLens.</summary>
internal static class Aliases
{
    private const int NearEnough = 4;
    internal const string LlamaCpp = "llama.cpp";
    private const string HuggingFace = "Hugging Face";
    private const string TransformerLens = "TransformerLens";

    /// <summary>The steps and finer points in reading order: what can be dumped.</summary>
    public static IReadOnlyList<ArticleStep> Dumpable { get; } =
        [.. ArticleSteps.all.Concat(FinerPoints.all).OrderBy(step => step.number).ThenBy(step => step.part_of is null)];

    /// <summary>What can be dumped of a pass with a cache: the same, and the steps that only such a pass has.</summary>
    public static IReadOnlyList<ArticleStep> DumpableWithCache { get; } = [.. Dumpable.SelectMany<ArticleStep, ArticleStep>(step =>
        step == freqs_for_each_token ? [CacheSteps.positions, step]
        : step == k_per_token_rotated ? [step, CacheSteps.k_cache]
        : step == v_per_token ? [step, CacheSteps.v_cache]
        : [step])];

    /// <summary>The place of a step or finer point among all that can be dumped, from 0.</summary>
    public static int Position(ArticleStep step) => Positions[step];

    /// <summary>All names.</summary>
    public static IReadOnlyList<Alias> All { get; } =
    [
        .. DumpableWithCache.Select(step => new Alias("", step.id, step)),
        .. DumpableWithCache.Where(step => step.repeats != Repeats.Once).Select(step => new Alias("", $"layers.{{n}}.{step.id}", step)),
        new("", "freqs_cos", freqs_cis, AliasPart.Cosines),
        new("", "freqs_sin", freqs_cis, AliasPart.Sines),
        .. InLlamaCpp(), .. InHuggingFace(), .. InTransformerLens(),
    ];

    private static Dictionary<ArticleStep, int> Positions { get; } = DumpableWithCache.Index().ToDictionary(pair => pair.Item, pair => pair.Index);

    /// <summary>The step or finer point with this id, or the step with this number; with a cache, as <c>decode.qk_per_token</c>.</summary>
    /// <exception cref="BadInputException">There is no such step; the message names the nearest.</exception>
    public static ArticleStep Find(string id) => StepList.Find([.. Dumpable, .. CacheSteps.all], id);

    /// <summary>The step id nearest to an unknown name; null if none is near.</summary>
    public static string? Near(string name)
    {
        var id = name[(name.LastIndexOf('.') + 1)..];
        return DumpableWithCache.Select(step => step.id)
            .Where(known => known.Length >= NearEnough && (id.StartsWith(known, StringComparison.OrdinalIgnoreCase)
                || (id.Length >= NearEnough && known.StartsWith(id, StringComparison.OrdinalIgnoreCase))))
            .MinBy(known => Math.Abs(known.Length - id.Length));
    }

    /// <summary>The names of one step other than its id.</summary>
    public static IEnumerable<Alias> Of(ArticleStep step) => All.Where(alias => alias.Step == step && alias.Convention.Length > 0);

    /// <summary>llama.cpp gives queries and keys the same name before and after the rotation; here the second are Qcur_rope and Kcur_rope.</summary>
    private static IEnumerable<Alias> InLlamaCpp() => new (string Name, ArticleStep Step)[]
    {
        ("inp_tokens", tokens), ("inp_embd", token_embeddings_unnormalized),
        ("norm-{n}", attention_norm_before_weight), ("attn_norm-{n}", token_embeddings),
        ("Qcur-{n}", q_per_token), ("Kcur-{n}", k_per_token), ("Vcur-{n}", v_per_token),
        ("Qcur_rope-{n}", q_per_token_rotated), ("Kcur_rope-{n}", k_per_token_rotated),
        ("kq-{n}", qk_per_token_before_scaling), ("KQ_mask", mask),
        ("kq_soft_max-{n}", qk_per_token_after_masking_after_softmax), ("kq_soft_max_ext-{n}", qk_per_token_after_masking_after_softmax),
        ("kqv-{n}", qkv_attention), ("kqv_merged-{n}", stacked_qkv_attention), ("kqv_merged_cont-{n}", stacked_qkv_attention),
        ("kqv_out-{n}", embedding_delta), ("attn_out-{n}", embedding_delta), ("ffn_inp-{n}", embedding_after_edit),
        ("ffn_norm-{n}", embedding_after_edit_normalized), ("ffn_gate-{n}", feed_forward_gate), ("ffn_silu-{n}", feed_forward_gate_activated),
        ("ffn_up-{n}", feed_forward_up), ("ffn_gate_par-{n}", feed_forward_product), ("ffn_swiglu-{n}", feed_forward_product),
        ("ffn_out-{n}", output_after_feedforward), ("l_out-{n}", layer_0_embedding),
        ("result_norm", final_embedding_normalized), ("result_output", logits),
    }.Select(pair => new Alias(LlamaCpp, pair.Name, pair.Step));

    /// <summary>The output of a module under its path; the input of some under the path with ".input" after it.</summary>
    private static IEnumerable<Alias> InHuggingFace() => new (string Name, ArticleStep Step)[]
    {
        ("input_ids", tokens), ("model.embed_tokens", token_embeddings_unnormalized),
        ("model.layers.{n}.input_layernorm", token_embeddings),
        ("model.layers.{n}.self_attn.q_proj", q_per_token), ("model.layers.{n}.self_attn.k_proj", k_per_token),
        ("model.layers.{n}.self_attn.v_proj", v_per_token),
        ("model.layers.{n}.self_attn.attn_weights", qk_per_token_after_masking_after_softmax),
        ("model.layers.{n}.self_attn.o_proj.input", stacked_qkv_attention), ("model.layers.{n}.self_attn.o_proj", embedding_delta),
        ("model.layers.{n}.post_attention_layernorm.input", embedding_after_edit),
        ("model.layers.{n}.post_attention_layernorm", embedding_after_edit_normalized),
        ("model.layers.{n}.mlp.gate_proj", feed_forward_gate), ("model.layers.{n}.mlp.act_fn", feed_forward_gate_activated),
        ("model.layers.{n}.mlp.up_proj", feed_forward_up), ("model.layers.{n}.mlp.down_proj.input", feed_forward_product),
        ("model.layers.{n}.mlp.down_proj", output_after_feedforward), ("model.layers.{n}", layer_0_embedding),
        ("model.norm.input", final_embedding), ("model.norm", final_embedding_normalized), ("lm_head", logits),
    }.Select(pair => new Alias(HuggingFace, pair.Name, pair.Step)).Concat(
    [
        new(HuggingFace, "model.rotary_emb.cos", freqs_cis, AliasPart.Cosines),
        new(HuggingFace, "model.rotary_emb.sin", freqs_cis, AliasPart.Sines),
    ]);

    private static IEnumerable<Alias> InTransformerLens() => new (string Name, ArticleStep Step)[]
    {
        ("hook_embed", token_embeddings_unnormalized), ("blocks.{n}.ln1.hook_normalized", attention_norm_before_weight),
        ("blocks.{n}.attn.hook_q", q_per_token), ("blocks.{n}.attn.hook_k", k_per_token), ("blocks.{n}.attn.hook_v", v_per_token),
        ("blocks.{n}.attn.hook_rot_q", q_per_token_rotated), ("blocks.{n}.attn.hook_rot_k", k_per_token_rotated),
        ("blocks.{n}.attn.hook_attn_scores", qk_per_token_after_masking),
        ("blocks.{n}.attn.hook_pattern", qk_per_token_after_masking_after_softmax),
        ("blocks.{n}.attn.hook_z", qkv_attention), ("blocks.{n}.hook_attn_out", embedding_delta),
        ("blocks.{n}.hook_resid_mid", embedding_after_edit), ("blocks.{n}.ln2.hook_normalized", ffn_norm_before_weight),
        ("blocks.{n}.mlp.hook_pre", feed_forward_gate), ("blocks.{n}.mlp.hook_pre_linear", feed_forward_up),
        ("blocks.{n}.mlp.hook_post", feed_forward_product), ("blocks.{n}.hook_mlp_out", output_after_feedforward),
        ("blocks.{n}.hook_resid_post", layer_0_embedding), ("ln_final.hook_normalized", norm_before_weight),
        ("unembed.hook_out", logits),
    }.Select(pair => new Alias(TransformerLens, pair.Name, pair.Step));
}
