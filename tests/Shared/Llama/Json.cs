using System.Text;
using Llama3.Formats.Checkpoints;

namespace Llama3.Tests;

/// <summary>params.json files.</summary>
internal static class Json
{
    public const string Llama3_8B = """
        {"dim": 4096, "n_layers": 32, "n_heads": 32, "n_kv_heads": 8, "vocab_size": 128256, "multiple_of": 1024,
         "ffn_dim_multiplier": 1.3, "norm_eps": 1e-05, "rope_theta": 500000.0}
        """;

    public const string Micro = """
        {"dim": 80, "n_layers": 3, "n_heads": 8, "n_kv_heads": 2, "vocab_size": 128256, "multiple_of": 32,
         "ffn_dim_multiplier": 1.3, "norm_eps": 1e-05, "rope_theta": 500000.0}
        """;

    public const string Micro32 = """
        {"dim": 256, "n_layers": 3, "n_heads": 8, "n_kv_heads": 2, "head_dim": 64, "vocab_size": 128256, "multiple_of": 256,
         "ffn_dim_multiplier": 1.0, "norm_eps": 1e-05, "rope_theta": 500000.0, "use_scaled_rope": true, "rope_scaling_factor": 32.0,
         "tie_word_embeddings": true}
        """;

    public const string Tiny = """
        {"dim": 4, "n_layers": 2, "n_heads": 2, "n_kv_heads": 1, "vocab_size": 128256, "multiple_of": 2,
         "norm_eps": 1e-05, "rope_theta": 500000.0}
        """;

    public static byte[] Bytes(this string json) => Encoding.UTF8.GetBytes(json);

    public static ModelParams Read(string json) => ModelParams.Read(new MemoryStream(json.Bytes()), "params.json");
}
