using Llama3.Formats.Checkpoints;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Pages;

/// <summary>An inspected checkpoint as JSON; docs/json.md describes its fields.</summary>
internal static class InspectJson
{
    public static string Text(CheckpointInspection inspection) => Json.Text(new
    {
        inspection.Place,
        inspection.Layout,
        Config = inspection.Params is { } config ? Config(config) : null,
        inspection.Files,
        inspection.Tensors,
        inspection.Missing,
        inspection.Superfluous,
        inspection.Problems,
    });

    private static object Config(ModelParams config) => new
    {
        config.dim,
        config.n_layers,
        config.n_heads,
        config.n_kv_heads,
        config.group_size,
        config.head_dim,
        config.ffn_dim,
        config.vocab_size,
        config.norm_eps,
        config.rope_theta,
        rope_scaling = (object?)config.rope_scaling,
        config.tie_word_embeddings,
        config.attention_bias,
        config.mlp_bias,
        config.parameters,
    };
}
