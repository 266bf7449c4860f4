using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Tests.Reports;

/// <summary>What a port keeps of a config. Each field can be set, as if it had not been read.</summary>
/// <param name="Dim">The length of an embedding.</param>
/// <param name="Layers">The number of layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key/value heads.</param>
/// <param name="HeadDim">The length of a head.</param>
/// <param name="FfnDim">The width of the feed-forward.</param>
/// <param name="Words">The number of ids.</param>
internal sealed record PlainConfig(int Dim, int Layers, int Heads, int KvHeads, int HeadDim, int FfnDim, int Words)
{
    public double Eps { get; set; }

    public double Theta { get; set; }

    /// <summary>llama3's scaling of the frequencies; null for none.</summary>
    public PlainScaling? Scaling { get; set; }

    /// <summary>Whether the output matrix is the embedding table.</summary>
    public bool Tied { get; set; }

    public static PlainConfig Of(ModelParams read) => new(read.dim, read.n_layers, read.n_heads, read.n_kv_heads, read.head_dim, read.ffn_dim, read.vocab_size)
    {
        Eps = read.norm_eps,
        Theta = read.rope_theta,
        Scaling = read.rope_scaling is Llama3RopeScaling block
            ? new(block.factor, block.low_freq_factor, block.high_freq_factor, block.original_max_position_embeddings)
            : null,
        Tied = read.tie_word_embeddings,
    };
}
