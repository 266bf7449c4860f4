using System.Text.RegularExpressions;
using Llama3.Formats.Checkpoints;

namespace Llama3.Reference.Walking;

/// <summary>How often a step is computed, and with which axis its results are collected under <c>layers.{n}.</c></summary>
public enum Repeats
{
    /// <summary>Once for the whole model.</summary>
    Once,

    /// <summary>Once in every layer.</summary>
    PerLayer,

    /// <summary>In every layer for every query head; all heads together have a leading axis n_heads.</summary>
    PerQueryHead,

    /// <summary>In every layer for every key/value head; all heads together have a leading axis n_kv_heads.</summary>
    PerKeyValueHead,
}

/// <summary>One step of the article.</summary>
public sealed partial class ArticleStep
{
    /// <summary>Position in the article, from 1; a finer point has that of its step. Never part of a key or a file name.</summary>
    public required int number { get; init; }

    /// <summary>The step inside whose expression this finer point lies; null for the article's own steps.</summary>
    public ArticleStep? part_of { get; init; }

    /// <summary>The article's step of this name, if this is how it is computed where there is a cache; null for every other step.</summary>
    public ArticleStep? takes_place_of { get; init; }

    /// <summary>The step under which its results are known: the article's, if there is one of this name.</summary>
    public ArticleStep in_article => takes_place_of ?? this;

    /// <summary>The article's own variable name; also the key of the golden, and the key under which a port dumps.</summary>
    public required string id { get; init; }

    /// <summary>What happens, as one plain sentence.</summary>
    public required string title { get; init; }

    /// <summary>Why it is done.</summary>
    public required string why { get; init; }

    /// <summary>What is computed, as one would write it on paper.</summary>
    public required string formula { get; init; }

    /// <summary>Size of each dimension of the article's own result: layer 0, head 0.</summary>
    public required Shape shape { get; init; }

    /// <summary>dtype as the notebook has it; bfloat16 becomes the dtype of the walk. Null for text.</summary>
    public required ScalarType? dtype { get; init; }

    /// <summary>Where the result is computed again.</summary>
    public required Repeats repeats { get; init; }

    /// <summary>Number of the cell in llama3-from-scratch.ipynb that computes the result, counted from 0 over all cells.</summary>
    public required int cell { get; init; }

    /// <summary>Computes the step from earlier steps and weights.</summary>
    public required Func<Values, StepResult> run { get; init; }

    /// <summary>The source text of <see cref="run"/>.</summary>
    public required string code { get; init; }

    /// <summary>The source text of <see cref="run"/> without its line breaks.</summary>
    public string code_on_one_line => Whitespace().Replace(code, " ").Replace("( ", "(", StringComparison.Ordinal);

    /// <summary>The functions that do the work, such as <c>Rope.rotate</c>; the step itself if it only picks a value.</summary>
    public IReadOnlyList<string> functions => FunctionCall().Matches(code) is { Count: > 0 } calls
        ? [.. calls.Select(call => call.Value)]
        : [$"{(CacheSteps.all.Contains(this) ? nameof(CacheSteps) : nameof(ArticleSteps))}.{id}"];

    /// <summary>The file of these functions, relative to the root of the repository.</summary>
    public string file => functions[0].Split('.')[0] is var type && type is nameof(ArticleSteps) or nameof(CacheSteps)
        ? $"src/Llama3.Reference/{type}.cs"
        : $"src/Llama3.Reference/Steps/{type}.cs";

    /// <summary>Whether it is the same for all tokens: a weight, or a table without positions.</summary>
    public bool IsOfAnyTokens => !shape.IsPerToken && number < ArticleSteps.logits.number;

    /// <summary>How many heads the result of a whole layer has in front; null if it has no such axis.</summary>
    public int? heads_in(ModelParams model) => repeats switch
    {
        Repeats.PerQueryHead => model.n_heads,
        Repeats.PerKeyValueHead => model.n_kv_heads,
        _ => null,
    };

    /// <summary>The shape in a scope: in a whole layer, all heads come along on a leading axis.</summary>
    public Shape shape_in(Scope scope) => (scope.head, repeats) switch
    {
        (null, Repeats.PerQueryHead) => shape.With("n_heads"),
        (null, Repeats.PerKeyValueHead) => shape.With("n_kv_heads"),
        _ => shape,
    };

    /// <summary>The dtype in a walk of the given dtype.</summary>
    public ScalarType? dtype_in(ScalarType walk) => dtype == ScalarType.BFloat16 ? walk : dtype;

    /// <summary>"04 token_embeddings: normalise each embedding before attention"</summary>
    public override string ToString() => $"{number:00} {id}: {title}";

    [GeneratedRegex(@"\b[A-Z]\w+\.\w+(?=\()")]
    private static partial Regex FunctionCall();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
