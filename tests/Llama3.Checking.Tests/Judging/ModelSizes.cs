namespace Llama3.Checking.Tests.Judging;

/// <summary>The sizes of a <see cref="RandomModel"/>, and how large its weights are.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key/value heads.</param>
/// <param name="HeadDim">The length of a head.</param>
internal sealed record ModelSizes(int Heads, int KvHeads, int HeadDim)
{
    /// <summary>How many times larger than others the weights are that make outliers.</summary>
    public const float Outlier = 300;

    public int Dim { get; init; } = 64;

    public int Layers { get; init; } = 2;

    /// <summary>"llama3", by 32 as in Llama 3.2; "linear"; or "default" for none.</summary>
    public string Scaling { get; init; } = "default";

    /// <summary>The original context of "llama3".</summary>
    public int Context { get; init; } = 64;

    /// <summary>Whether attention and feed-forward have biases.</summary>
    public bool Biased { get; init; }

    /// <summary>Whether the output matrix is the embedding table.</summary>
    public bool Tied { get; init; }

    public double Eps { get; init; } = 1e-5;

    public double Theta { get; init; } = 100_000;

    /// <summary>How large the weights are; at 1 up to 0.25, so that products are as large as their inputs.</summary>
    public float Weights { get; init; } = 1;

    /// <summary>Whether one number of every token is hundreds of times larger than the others, as in large models.</summary>
    public bool Outliers { get; init; }

    /// <summary>Whether the file has bfloat16 numbers.</summary>
    public bool IsBFloat16 { get; init; }

    /// <summary>The output row of the last word is this multiple of another word's row; null for a row of its own.</summary>
    public (int Word, float Times)? LastWord { get; init; }

    /// <summary>Whether one product of gate and up is larger than float16 can hold, 65504.</summary>
    public bool LargeProducts { get; init; }

    /// <summary>Whether the first row of a weight is that large: in layer 0, what comes out of the feed-forward, or the products in it.</summary>
    public bool IsOutlier(string weight) => (Outliers && weight == "layers.0.feed_forward.w2.weight")
        || (LargeProducts && weight is "layers.0.feed_forward.w1.weight" or "layers.0.feed_forward.w3.weight");
}
