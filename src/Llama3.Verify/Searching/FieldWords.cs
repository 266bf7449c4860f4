using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Verify.Searching;

/// <summary>Words of the field by which people look for a step, where its id, title, formula, functions and names do not have them.</summary>
internal static class FieldWords
{
    private static readonly (string Words, IEnumerable<ArticleStep> Steps)[] All =
    [
        ("tokenizer, tokenization, bpe, byte pair encoding, bos, begin of text", [tokens, prompt_split_as_tokens]),
        ("vocabulary, wte", [token_embeddings_unnormalized]),
        ("epsilon, pre-norm, rsqrt", Using("RmsNorm.")),
        ("linear, matmul", Using("Attention.project")),
        ("half split, interleaved", Using("Rope.split_into_pairs")),
        ("rotary embedding, positional embedding, positional encoding, apply_rotary_emb", Using("Rope.")),
        ("frequency, frequencies, inv_freq, base", [freqs]),
        ("cosine, sine, precompute_freqs_cis", [freqs_cis]),
        ("gqa, grouped query attention, mqa, repeat_kv", [k_layer0, v_layer0]),
        ("scale, sqrt, sdpa", [qk_per_token]),
        ("triangular, triu, tril, infinity", [mask]),
        ("multi-head attention, mha, concat, concatenate", [stacked_qkv_attention]),
        ("skip connection", [embedding_after_edit, layer_0_embedding]),
        ("mlp", [output_after_feedforward]),
        ("activation, swish", [feed_forward_gate_activated]),
        ("vocab_size, classifier", [logits]),
        ("sampling, greedy, temperature, top-k, top-p", [next_token]),
        ("kv cache, decoding, past_key_values", CacheSteps.all),
    ];

    /// <summary>The words for one step, one or several in each; they are looked for as a whole.</summary>
    public static IEnumerable<string> Of(ArticleStep step) =>
        All.Where(entry => entry.Steps.Contains(step)).SelectMany(entry => entry.Words.Split(", "));

    private static IEnumerable<ArticleStep> Using(string function) =>
        ArticleSteps.all.Concat(FinerPoints.all).Where(step => step.functions.Any(name => name.StartsWith(function, StringComparison.Ordinal)));
}
