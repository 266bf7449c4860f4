using Llama3.Formats.Checkpoints;
using Llama3.Formats.Numbers;
using Llama3.Reference.Steps;

namespace Llama3.Verify.Copy;

/// <summary>Writes the model.bin of llama2.c, version 0, which llama3.c reads too: seven integers, then float32 without names.</summary>
internal static class Llama2cModel
{
    private const int SequenceLength = 2048;

    /// <summary>Each weight of all layers before the next weight; output.weight comes last, after two tables.</summary>
    private static readonly string[] LayerWeights =
    [
        "attention_norm", "attention.wq", "attention.wk", "attention.wv", "attention.wo",
        "ffn_norm", "feed_forward.w1", "feed_forward.w2", "feed_forward.w3",
    ];

    /// <summary>Why a model cannot be written so; null if it can.</summary>
    public static string? Problem(ModelParams model) => model.head_dim * model.n_heads == model.dim && model.rope_scaling is null && !model.tie_word_embeddings
        ? null
        : "a model.bin of llama2.c has no place for a head_dim that is not dim / n_heads, and its programs do not scale RoPE";

    /// <summary>Writes the whole file.</summary>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        foreach (var value in Header(checkpoint.Params)) { stream.Write(BitConverter.GetBytes(value)); }
        WriteWeight(stream, checkpoint, "tok_embeddings");
        foreach (var weight in LayerWeights)
        {
            for (var layer = 0; layer < checkpoint.Params.n_layers; layer++) { WriteWeight(stream, checkpoint, $"layers.{layer}.{weight}"); }
        }
        WriteWeight(stream, checkpoint, "norm");
        WriteRotations(stream, checkpoint.Params);
        WriteWeight(stream, checkpoint, "output");
    }

    /// <summary>A negative vocab_size says that output.weight is not the embedding table.</summary>
    private static int[] Header(ModelParams model) =>
        [model.dim, model.ffn_dim, model.n_layers, model.n_heads, model.n_kv_heads, -model.vocab_size, SequenceLength];

    /// <summary>The cosine of every position's angles, then the sine of them: freqs_cos and freqs_sin.</summary>
    private static void WriteRotations(Stream stream, ModelParams model)
    {
        using var scope = torch.NewDisposeScope();
        var freqs = Rope.freqs(Rope.zero_to_one(model.head_dim / 2), model.rope_theta);
        var parts = Rope.freqs_cis(Rope.freqs_for_each_token(torch.arange(SequenceLength), freqs)).ToSingles().Chunk(2).ToArray();
        foreach (var part in new[] { 0, 1 })
        {
            foreach (var complex in parts) { stream.Write(BitConverter.GetBytes(complex[part])); }
        }
    }

    private static void WriteWeight(Stream stream, Checkpoint checkpoint, string name)
    {
        foreach (var piece in TensorBytes.AsSingles(checkpoint.weight($"{name}.weight"))) { stream.Write(piece.Span); }
    }
}
