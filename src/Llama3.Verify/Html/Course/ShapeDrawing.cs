using Llama3.Checking.Goldens;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Html.Course;

/// <summary>An axis of a drawn tensor.</summary>
/// <param name="Name">Its name, such as head_dim; the size where it has none.</param>
/// <param name="Size">How long it is in the micro checkpoint.</param>
/// <param name="Colour">A number for its colour: the same name has the same colour on one page.</param>
public sealed record DrawnAxis(string Name, long Size, int Colour);

/// <summary>A tensor as a box: the last axis across, the one before it down, others in front.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Axes">Its axes; none for a single number.</param>
public sealed record DrawnTensor(string Name, IReadOnlyList<DrawnAxis> Axes);

/// <summary>What a step reads and what it computes, with the axes by name: where each goes is seen from its colour.</summary>
internal sealed class ShapeDrawing
{
    private static readonly Dictionary<string, string> AxesOfWeights = new()
    {
        ["tok_embeddings"] = "vocab_size dim",
        ["output"] = "vocab_size dim",
        ["norm"] = "dim",
        ["attention_norm"] = "dim",
        ["ffn_norm"] = "dim",
        ["attention.wq"] = "n_heads*head_dim dim",
        ["attention.wk"] = "n_kv_heads*head_dim dim",
        ["attention.wv"] = "n_kv_heads*head_dim dim",
        ["attention.wo"] = "dim n_heads*head_dim",
        ["feed_forward.w1"] = "ffn_dim dim",
        ["feed_forward.w2"] = "dim ffn_dim",
        ["feed_forward.w3"] = "ffn_dim dim",
    };

    private readonly List<string> _names = [];

    /// <summary>What the step reads.</summary>
    public IReadOnlyList<DrawnTensor> Inputs { get; }

    /// <summary>What it computes.</summary>
    public DrawnTensor Result { get; }

    /// <summary>The shapes of a step in layer 0 and head 0.</summary>
    public ShapeDrawing(ArticleStep step)
    {
        var several = MicroModel.Micro.Passes[0];
        var model = MicroModel.Micro.Checkpoint.Params;
        var sizes = StepText.IsOfCache(step)
            ? step.shape.Sizes(model, several.Tokens, several.Kept + several.Tokens)
            : step.shape.Sizes(model, MicroModel.Micro.Manifest.PromptSplitAsTokens.Count);
        Inputs = [.. StepText.Inputs(step).Select(input => Drawn(input.Name, NamesOf(input), input.Shape))];
        Result = Drawn(step.id, step.shape.Names, sizes);
    }

    /// <summary>The names of the axes; sizes where nobody has named them.</summary>
    private static IReadOnlyList<string> NamesOf(Input input)
    {
        var names = input.Step is { } step ? step.shape_in(input.Scope).Names : AxesOfWeights.GetValueOrDefault(Kind(input.Name))?.Split(' ');
        return names is not null && names.Count == input.Shape.Count ? names : [.. input.Shape.Select(size => $"{size}")];
    }

    /// <summary>"attention.wq" of "layers.0.attention.wq.weight".</summary>
    private static string Kind(string weight) => string.Join('.', weight.Split('.')[..^1].Where((part, index) => !weight.StartsWith("layers.", StringComparison.Ordinal) || index > 1));

    private DrawnTensor Drawn(string name, IReadOnlyList<string> names, IReadOnlyList<long> sizes) =>
        new(name, [.. names.Zip(sizes, (axis, size) => new DrawnAxis(axis.Replace("*", " · ", StringComparison.Ordinal), size, Colour(axis)))]);

    private int Colour(string name)
    {
        if (!_names.Contains(name)) { _names.Add(name); }
        return _names.IndexOf(name);
    }
}
