using System.Text.RegularExpressions;
using Llama3.Formats.Checkpoints;

namespace Llama3.Reference.Walking;

/// <summary>One step of the article. <see cref="StepList.add"/> alone makes them.</summary>
public sealed partial class ArticleStep
{
    internal ArticleStep()
    {
    }

    /// <summary>The chapter that declares it.</summary>
    public Chapter chapter { get; internal init; }

    /// <summary>Position in the article, from 1; a finer point has that of its step. Never part of a key or a file name.</summary>
    public int number { get; internal init; }

    /// <summary>The step that this finer point is a part of; null for the article's own steps.</summary>
    public ArticleStep? part_of { get; internal init; }

    /// <summary>The article's step of this name, if this is how it is computed where there is a cache; null for every other step.</summary>
    public ArticleStep? takes_place_of { get; internal init; }

    /// <summary>The step under which its results are known: the article's, if there is one of this name.</summary>
    internal ArticleStep in_article => takes_place_of ?? this;

    /// <summary>The article's own variable name; also the key of the golden, and the key under which a port dumps.</summary>
    public string id { get; internal init; } = "";

    /// <summary>What happens, as one plain sentence.</summary>
    public string title { get; internal init; } = "";

    /// <summary>Why it is done.</summary>
    public string why { get; internal init; } = "";

    /// <summary>What is computed, as one would write it on paper.</summary>
    public string formula { get; internal init; } = "";

    /// <summary>Size of each dimension of the article's own result: layer 0, head 0.</summary>
    public Shape shape { get; internal init; } = new("");

    /// <summary>dtype as the notebook has it; bfloat16 becomes the dtype of the walk. Null for text.</summary>
    public ScalarType? dtype { get; internal init; }

    /// <summary>Where the result is computed again.</summary>
    public Repeats repeats { get; internal init; }

    /// <summary>Whether it is what the next layer starts from: with it a layer is done.</summary>
    internal bool is_layer_output { get; init; }

    /// <summary>Whether it is kept for later passes.</summary>
    internal bool is_cache { get; init; }

    /// <summary>Number of the cell in llama3-from-scratch.ipynb that computes the result, counted from 0 over all cells.</summary>
    public int cell { get; internal init; }

    /// <summary>Computes the step from earlier steps and weights.</summary>
    internal Func<Values, StepResult> run { get; init; } = null!;

    /// <summary>The source text of <see cref="run"/>.</summary>
    public string code { get; internal init; } = "";

    /// <summary>The source text of <see cref="run"/> without its line breaks.</summary>
    internal string code_on_one_line => Whitespace().Replace(code, " ").Replace("( ", "(", StringComparison.Ordinal);

    /// <summary>The functions that do the work, such as <c>Rope.rotate</c>; the step itself if it only picks a value.</summary>
    public IReadOnlyList<string> functions => FunctionCall().Matches(code) is { Count: > 0 } calls
        ? [.. calls.Select(call => call.Value)]
        : [declaration];

    /// <summary>The file of these functions, relative to the root of the repository.</summary>
    public string file => functions[0] == declaration ? declared_in : $"src/Llama3.Reference/Steps/{functions[0].Split('.')[0]}.cs";

    /// <summary>The field that is this step, such as <c>ArticleSteps.q_per_token</c>: there it takes its inputs.</summary>
    internal string declaration => $"{chapter}Steps.{id}";

    /// <summary>The file of this field, relative to the root of the repository.</summary>
    internal string declared_in => $"src/Llama3.Reference/{chapter}Steps.cs";

    /// <summary>How many heads the result of a whole layer has in front; null if it has no such axis.</summary>
    internal int? heads_in(ModelParams model) => repeats switch
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
    internal ScalarType? dtype_in(ScalarType walk) => dtype == ScalarType.BFloat16 ? walk : dtype;

    /// <summary>"04 token_embeddings: normalise each embedding before attention"</summary>
    public override string ToString() => $"{number:00} {id}: {title}";

    [GeneratedRegex(@"\b[A-Z]\w+\.\w+(?=\()")]
    private static partial Regex FunctionCall();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
