using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Names;

/// <summary>A name under which ports dump several results side by side, because one product computes them all.</summary>
/// <param name="Template">The name, with "{n}" where the number of the layer stands.</param>
/// <param name="Steps">The results, from the left to the right.</param>
internal sealed record FusedAlias(string Template, IReadOnlyList<ArticleStep> Steps)
{
    /// <summary>Whose name it is.</summary>
    public string Convention { get; init; } = "";

    /// <summary>Queries, keys and values of all heads.</summary>
    public static FusedAlias QueriesKeysValues(string template) =>
        new(template, [ArticleSteps.q_per_token, ArticleSteps.k_per_token, ArticleSteps.v_per_token]);

    /// <summary>The gate of the feed-forward, before its activation, and what goes through it.</summary>
    public static FusedAlias GateAndUp(string template) => new(template, [FinerPoints.feed_forward_gate, FinerPoints.feed_forward_up]);

    /// <summary>How many heads each result has; 1 where it has none.</summary>
    public IReadOnlyList<long> Heads(ModelParams model) => [.. Steps.Select(step => (long)(step.heads_in(model) ?? 1))];

    /// <summary>How many numbers a head has.</summary>
    public long Width(ModelParams model) => Steps[0].shape.Sizes(model, tokens: 1)[^1];
}
