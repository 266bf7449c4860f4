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

    /// <summary>"in layer 1", "for heads 4–7, in passes"; nothing for everywhere.</summary>
    public override string ToString() => string.Join(", ", ((string?[])
    [
        Layers is null ? null : $"in layer {string.Join(" and ", Layers)}",
        Heads is null ? null : Heads.Count == 1 ? $"for head {Heads[0]}" : $"for heads {Heads[0]}–{Heads[^1]}",
        (From, Until) == (0, long.MaxValue) ? null : Until == long.MaxValue ? $"from token {From} on" : $"for tokens {From}–{Until - 1}",
        InPrompt ? null : "in passes",
        InPasses ? null : "in the prompt",
    ]).OfType<string>());

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
        if (Heads is not null) { mixed = Mixed(right.Value, mixed, AxisOf(step, "n_heads", "n_kv_heads"), head => HasHead(head, (int)mixed.shape[0], v.config)); }
        return (From, Until) == (0, long.MaxValue) ? mixed : Mixed(right.Value, mixed, AxisOf(step, "T", "M", "N+M"), row => HasToken(step.is_cache ? row : v.kept + row));
    };

    private bool HasHead(int head, int heads, ModelParams config) => Heads!.Any(query => query / (config.n_heads / heads) == head);

    private bool HasToken(long token) => token >= From && token < Until;

    /// <summary>Of two axes of tokens, the first is that of the queries.</summary>
    private static int AxisOf(ArticleStep step, params string[] names) =>
        step.shape_in(Scope.Layer(0)).Names.Index().First(name => names.Contains(name.Item)).Index;

    private static Tensor Mixed(Tensor right, Tensor wrong, int axis, Func<int, bool> isWrong) => torch.cat(
        [.. Enumerable.Range(0, (int)right.shape[axis]).Select(i => (isWrong(i) ? wrong : right).narrow(axis, i, 1))], axis);
}
