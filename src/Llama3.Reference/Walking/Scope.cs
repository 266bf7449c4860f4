namespace Llama3.Reference.Walking;

/// <summary>Which of a step's results is meant: that of one layer, for one head or for all.</summary>
/// <param name="layer">From 0.</param>
/// <param name="head">From 0; null means every head, on a leading axis.</param>
public readonly record struct Scope(int layer, int? head)
{
    /// <summary>Layer 0, head 0: what the article computes step by step.</summary>
    public static Scope Article { get; } = new(0, 0);

    /// <summary>Every head of a layer.</summary>
    public static Scope Layer(int layer) => new(layer, null);

    /// <summary>Where a step's result is kept: what is computed once is the same in every layer.</summary>
    internal Scope Of(ArticleStep step) => step.repeats == Repeats.Once ? Article : this;

    /// <summary>"layer 0 head 0", or "layer 1" for all heads of a layer.</summary>
    public override string ToString() => head is null ? $"layer {layer}" : $"layer {layer} head {head}";

    /// <summary>The key of a step's result: its id, under <c>layers.{n}.</c> unless it is the article's own.</summary>
    public string KeyOf(ArticleStep step) => head is null && step.repeats != Repeats.Once ? $"layers.{layer}.{step.id}" : step.id;
}
