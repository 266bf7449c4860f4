using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Verify.Searching;

namespace Llama3.Verify.Tests.Searching;

/// <summary>What is found by the words that people type.</summary>
public sealed class StepSearchTests
{
    /// <summary>Typed words, and the one thing that is meant, or the steps that are listed.</summary>
    public static TheoryData<string, string> Typed => new()
    {
        // What somebody says who knows the field.
        { "rope", "8 9 10 11 12 13 14 15 16 20 21 22 23" },
        { "RoPE", "8 9 10 11 12 13 14 15 16 20 21 22 23" },
        { "rotary", "8 9 10 11 12 13 14 15 16 20 21 22 23" },
        { "positional encoding", "8 9 10 11 12 13 14 15 16 20 21 22 23" },
        { "rmsnorm", "4 attention_norm_before_weight 36 ffn_norm_before_weight 40 norm_before_weight" },
        { "rms_norm", "4 attention_norm_before_weight 36 ffn_norm_before_weight 40 norm_before_weight" },
        { "RMSNorm", "4 attention_norm_before_weight 36 ffn_norm_before_weight 40 norm_before_weight" },
        { "eps", "4 attention_norm_before_weight 36 ffn_norm_before_weight 40 norm_before_weight" },
        { "epsilon", "4 attention_norm_before_weight 36 ffn_norm_before_weight 40 norm_before_weight" },
        { "causal", "= mask" },
        { "triu", "= mask" },
        { "masking", "25 26 27 47" },
        { "residual", "35 38" },
        { "skip connection", "35 38" },
        { "heads", "5 6 9 17 18 24 qk_per_token_before_scaling 28 29 32 34 41 46" },
        { "multi-head attention", "= stacked_qkv_attention" },
        { "silu", "37 feed_forward_gate_activated feed_forward_product" },
        { "swish", "= feed_forward_gate_activated" },
        { "SwiGLU", "= output_after_feedforward" },
        { "ffn", "35 36 ffn_norm_before_weight 37 feed_forward_gate feed_forward_gate_activated feed_forward_up feed_forward_product" },
        { "mlp", "37 feed_forward_gate feed_forward_gate_activated feed_forward_up feed_forward_product" },
        { "gate", "feed_forward_gate feed_forward_gate_activated feed_forward_up feed_forward_product" },
        { "softmax", "= qk_per_token_after_masking_after_softmax" },
        { "soft max", "= qk_per_token_after_masking_after_softmax" },
        { "scale", "24 qk_per_token_before_scaling" },
        { "gqa", "17 28" },
        { "grouped-query attention", "17 28" },
        { "kv cache", "43 44 45 46 47 48 49" },
        { "kv-cache", "43 44 45 46 47 48 49" },
        { "KVCache", "43 44 45 46 47 48 49" },
        { "embedding", "3 4 34 35 36 38 39 40" },
        { "tokenizer", "1 2" },
        { "tokenisation", "1 2" },
        { "bos", "1 2" },
        { "sampling", "= next_token" },
        { "temperature", "= next_token" },
        { "vocabulary", "3 41" },
        { "frequencies", "= freqs" },
        { "theta", "10" },
        { "linear", "7 19 30 34 feed_forward_gate feed_forward_up" },

        // Ids, numbers, and how they may be written.
        { "mask", "= mask" },
        { "MASK", "= mask" },
        { "logits", "= logits" },
        { "freqs cis", "= freqs_cis" },
        { "Freqs-Cis", "= freqs_cis" },
        { "feed_forward_gate", "= feed_forward_gate" },
        { "decode.mask", "= decode.mask" },
        { "k_cache", "= k_cache" },
        { "12", "= freqs_cis" },
        { "step 12", "= freqs_cis" },
        { "16 q_per_token_rotated", "= q_per_token_rotated" },
        { "49", "= decode.qkv_attention" },

        // Parts of titles, several words, other endings.
        { "most likely", "= next_token" },
        { "look ahead", "= mask" },
        { "rotate keys", "22 23" },
        { "rotation of the queries", "14 16" },
        { "the values", "28 29 30 31 48 49" },

        // Functions, weights, and what other engines say.
        { "Rope.freqs_cis", "= freqs_cis" },
        { "rotate", "14 15 16 22 23" },
        { "Attention.scores", "= qk_per_token" },
        { "scores", "= qk_per_token" },
        { "feed_forward.w2", "= output_after_feedforward" },
        { "layers.2.attention.wq.weight", "= q_layer0" },
        { "model.layers.0.self_attn.q_proj.weight", "= q_layer0" },
        { "lm_head", "= logits" },
        { "LM_HEAD", "= logits" },
        { "kq_soft_max", "= qk_per_token_after_masking_after_softmax" },
        { "kq_soft_max-1", "= qk_per_token_after_masking_after_softmax" },
        { "model.layers.0.self_attn.q_proj", "= q_per_token" },
        { "q_proj", "= q_per_token" },
        { "o_proj", "32 34" },
        { "Qcur", "7 16" },
        { "apply_rotary_emb", "8 9 10 11 12 13 14 15 16 20 21 22 23" },

        // Mistakes: by name, in part, or by what goes wrong.
        { "no_scale", "= no_scale" },
        { "No-Scale", "= no_scale" },
        { "gelu", "= gelu" },
        { "layernorm", "= layernorm" },
        { "tied", "= tied_output" },
        { "half split", "8 20" },
        { "eps_1e-6", "= eps_1e-6" },
        { "gemma", "3 4 24 36 40 41 46" },
    };

    [Theory(DisplayName = "search: what is found by"), MemberData(nameof(Typed))]
    public void Found(string typed, string expected)
    {
        var found = StepSearch.Find(typed);
        found.Instead.Should().BeNull();
        Shown(found).Should().Be(expected);
    }

    [Theory(DisplayName = "search: mistakes whose name fits are listed with the steps, all others are not:")]
    [InlineData("scale", "embed_scale rope_llama31_scaling rope_llama32_scaling rope_linear_scaling no_scale scale_dim scale_zero scale_n_heads scale_hd_not_sqrt scale_128 scale_fourth_root scale_multiplied logits_scaled "
        + "rope_scaling_ignored rope_scaling_in_prompt_only rope_scaling_in_passes_only rope_scaling_factor_8 rope_scaling_factor_32 rope_scaling_low_1 rope_scaling_high_4 rope_scaling_context_8192 rope_scaling_original_context rope_scaling_linear rope_scaling_multiplied rope_scaling_by_wavelength rope_scaling_smooth_swapped rope_scaling_low_high_swapped rope_scaling_middle_only rope_scaling_middle_kept rope_scaling_middle_divided rope_scaling_ntk rope_scaling_in_base scale_dim_per_head cache_int8_scale_floored")]
    [InlineData("residual", "no_attn_residual attn_residual_twice residual_from_norm no_ffn_residual ffn_residual_twice ffn_residual_from_norm ffn_residual_from_block_input")]
    [InlineData("bos", "no_bos bos_twice bos_128001")]
    [InlineData("half split", "rope_half_split")]
    [InlineData("mlp", "mlp_bias_ignored")]
    public void Mistakes(string typed, string expected) =>
        string.Join(' ', StepSearch.Find(typed).All.Where(topic => topic.Mistake is not null).Select(topic => topic.Name)).Should().Be(expected);

    [Theory(DisplayName = "search: a mistake alone brings the steps that it gets wrong:")]
    [InlineData("gelu", "37 feed_forward_gate_activated gelu gelu_erf gelu_quick")]
    [InlineData("tied", "41 tied_output")]
    [InlineData("cache_slot", "45 48 cache_slot_plus1 cache_slot_minus1 cache_slot_after")]
    public void Steps_of_mistakes(string typed, string expected) => Listed(StepSearch.Find(typed).All).Should().Be(expected);

    [Theory(DisplayName = "search: what else has the name is told, but for mistakes in the step itself:")]
    [InlineData("mask", "26 27 47 mask_multiply mask_after_softmax cache_mask_top_left padding_not_masked")]
    [InlineData("gelu", "gelu_erf gelu_quick")]
    [InlineData("logits", "")]
    [InlineData("tokens", "2 43 norm_over_tokens mean_of_tokens")]
    [InlineData("12", "")]
    [InlineData("scores", "")]
    public void Others(string typed, string expected) => Listed(StepSearch.Find(typed).Others).Should().Be(expected);

    [Theory(DisplayName = "search: a slip of the finger is corrected, and said:")]
    [InlineData("sofmax", "softmax", "= qk_per_token_after_masking_after_softmax")]
    [InlineData("rotery", "rotary", "8 9 10 11 12 13 14 15 16 20 21 22 23")]
    [InlineData("maks", "mask", "= mask")]
    [InlineData("RMSNrom", "rms_norm", "4 attention_norm_before_weight 36 ffn_norm_before_weight 40 norm_before_weight")]
    [InlineData("q_per_tokn", "q_per_token", "= q_per_token")]
    [InlineData("rope_half_splt", "rope_half_split", "= rope_half_split")]
    [InlineData("skip conection", "skip connection", "35 38")]
    [InlineData("rotate kyes", "rotate keys", "22 23")]
    public void Slip(string typed, string instead, string expected)
    {
        var found = StepSearch.Find(typed);
        found.Instead.Should().Be(instead);
        Shown(found).Should().Be(expected);
    }

    [Theory(DisplayName = "search: what Llama does not have is not guessed:")]
    [InlineData("xyz", "steps are numbered 1 to 49")]
    [InlineData("lora", "steps are numbered 1 to 49")]
    [InlineData("dropout", "steps are numbered 1 to 49")]
    [InlineData("quantization", "steps are numbered 1 to 49")]
    [InlineData("transformer", "steps are numbered 1 to 49")]
    [InlineData("bread", "steps are numbered 1 to 49")]
    [InlineData("task", "steps are numbered 1 to 49")]
    [InlineData("addition", "steps are numbered 1 to 49")]
    [InlineData("50", "steps are numbered 1 to 49")]
    [InlineData("64", "steps are numbered 1 to 49")]
    [InlineData("the", "steps are numbered 1 to 49")]
    [InlineData("", "steps are numbered 1 to 49")]
    [InlineData("маска", "steps are numbered 1 to 49")]
    [InlineData("encoder", "did you mean encode?")]
    [InlineData("attenshun", "did you mean attention or attention_bias_ignored or attention_norm_by_ffn_norm?")]
    [InlineData("flash attention", "did you mean attention?")]
    [InlineData("q_layer1", "did you mean q_layer0 or q_layer0_head0?")]
    [InlineData("rope_theta_1e5", "did you mean rope_theta_1e4 or rope_theta_1e6 or rope_theta_1e4_with_rope_freqs?")]
    public void Nothing(string typed, string advice) =>
        FluentActions.Invoking(() => StepSearch.Find(typed)).Should().Throw<BadInputException>().WithMessage($"there is no step '{typed}'; {advice}");

    [Fact(DisplayName = "search: every step, finer point and mistake is found by its name, every step by its number")]
    public void Everything()
    {
        Topic.All.Should().AllSatisfy(topic => StepSearch.Find(topic.Name).One.Should().Be(topic));
        Topic.All.Where(topic => topic.Number.Length > 0).Should().HaveCount(ArticleSteps.all.Count + CacheSteps.all.Count)
            .And.AllSatisfy(topic => StepSearch.Find(topic.Number).One.Should().Be(topic));
        Topic.All.Select(topic => topic.Mistake).Should().Contain(KnownMistakes.All).And.Contain(KnownMistakes.OfPasses);
    }

    [Fact(DisplayName = "search: every name that other engines have leads to its step; a plain word leads to all that it may mean")]
    public void Names() => Aliases.All.Should().AllSatisfy(alias =>
    {
        var found = StepSearch.Find(alias.Template.Replace("{n}", "1", StringComparison.Ordinal));
        found.All.Select(topic => topic.Step).Should().Contain(alias.Step);
        if (alias.Template is not ("norm" or "output")) { found.One!.Step.Should().Be(alias.Step); }
    });

    [Theory(DisplayName = "search: names of engines' tensors, in any layer or in all:")]
    [InlineData("transformer.h.7.attn.qkv", "q_per_token")]
    [InlineData("transformer/block_{n}/mlp/value_linear", "feed_forward_up")]
    [InlineData("blk.0.attn_output.input", "stacked_qkv_attention")]
    public void Engines(string name, string step) => StepSearch.Find(name).One!.Step!.id.Should().Be(step);

    [Fact(DisplayName = "search: every function and every weight leads to the steps that use it")]
    public void Parts()
    {
        foreach (var step in ArticleSteps.all.Concat(FinerPoints.all))
        {
            step.functions.Should().AllSatisfy(function => StepSearch.Find(function).All.Select(topic => topic.Step).Should().Contain(step));
        }
        string[] weights = ["tok_embeddings.weight", "layers.1.attention_norm.weight", "layers.1.feed_forward.w3.weight", "norm.weight", "output.weight"];
        weights.Should().AllSatisfy(weight => Listed(StepSearch.Find(HuggingFaceNames.Of(weight)).All).Should().Be(Listed(StepSearch.Find(weight).All)));
    }

    private static string Shown(Found found) =>
        found.One is { } one ? $"= {one.Name}" : Listed(found.All.Where(topic => topic.Step is not null));

    private static string Listed(IEnumerable<Topic> topics) => string.Join(' ', topics.Select(topic => topic.Number.Length > 0 ? topic.Number : topic.Name));
}
