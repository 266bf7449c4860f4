using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>Where a wrong computation is made: everywhere, or in some layers, for some heads, from some token on, in some passes alone.</summary>
/// <remarks>Elsewhere the step is computed as it should be.</remarks>
internal sealed record Place
{
    public static Place Everywhere { get; } = new();

    /// <summary>The layers; null for all. What is computed once is in all of them.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>The query heads; null for all. Key/value heads are those that these use.</summary>
    public IReadOnlyList<int>? Heads { get; init; }

    /// <summary>The first token, counted from the start of the prompt.</summary>
    public long From { get; init; }

    /// <summary>The first token that is right again.</summary>
    public long Until { get; init; } = long.MaxValue;

    public bool InPrompt { get; init; } = true;

    public bool InPasses { get; init; } = true;

    /// <summary>Whether it is made in a layer of the prompt, or of a pass.</summary>
    public bool Covers(ArticleStep step, int layer, bool ofPass) =>
        (ofPass ? InPasses : InPrompt) && (Layers is null || step.repeats == Repeats.Once || Layers.Contains(layer));

    /// <summary>A wrong computation that is made here alone.</summary>
    public Func<Values, StepResult> Limit(ArticleStep step, Func<Values, StepResult> wrong) => this == Everywhere ? wrong : v =>
    {
        if (!Covers(step, v.layer, v.kept > 0)) { return v.right(step); }
        var (right, mixed) = (new Lazy<Tensor>(() => v.right(step)), wrong(v).tensor);
        if (Heads is not null && step.heads_in(v.config) is { } heads) { mixed = Mixed(right.Value, mixed, 0, head => Has(head, heads, v.config)); }
        return (From, Until) == (0, long.MaxValue) ? mixed : Mixed(right.Value, mixed, AxisOfTokens(step), row => Has(step.is_cache ? row : v.kept + row));
    };

    private bool Has(int head, int heads, ModelParams config) => Heads!.Any(query => query / (config.n_heads / heads) == head);

    private bool Has(long token) => token >= From && token < Until;

    /// <summary>The first axis of tokens: that of the queries, where there is one of the keys too.</summary>
    private static int AxisOfTokens(ArticleStep step) =>
        step.shape_in(Scope.Layer(0)).Names.Index().First(name => name.Item is "T" or "M" or "N+M").Index;

    private static Tensor Mixed(Tensor right, Tensor wrong, int axis, Func<int, bool> isWrong) => torch.cat(
        [.. Enumerable.Range(0, (int)right.shape[axis]).Select(i => (isWrong(i) ? wrong : right).narrow(axis, i, 1))], axis);
}
