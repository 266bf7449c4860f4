using System.Text.Json;
using Llama3.Checking.Comparing;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>fixtures/micro/manifest.json; fixtures/manifest.schema.json describes its fields.</summary>
internal sealed record Manifest
{
    /// <summary>The article's prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary>The text of each of its tokens.</summary>
    public required IReadOnlyList<string> PromptSplitAsTokens { get; init; }

    /// <summary>Size and SHA-256 of every fixture of the micro checkpoint, by file name.</summary>
    public required IReadOnlyDictionary<string, FileEntry> Files { get; init; }

    /// <summary>Where each golden comes from.</summary>
    public required IReadOnlyList<StepEntry> Steps { get; init; }

    /// <summary>The inputs on which goldens were captured, by name.</summary>
    public required IReadOnlyDictionary<string, CaseEntry> Cases { get; init; }

    /// <summary>The passes over new tokens after the article's prompt; goldens of a large model have none.</summary>
    public DecodeEntry Decode { get; init; } = new([]);

    /// <summary>How closely each step must meet its golden.</summary>
    public required IReadOnlyList<ToleranceEntry> Tolerances { get; init; }

    /// <summary>How closely a port must meet goldens, and the reference on its own inputs.</summary>
    public required IReadOnlyList<PortToleranceEntry> PortTolerances { get; init; }

    /// <summary>The model on which the goldens were captured; null in manifests that do not name it.</summary>
    public CheckpointEntry? Checkpoint { get; init; }

    /// <summary>What is in lists: there the serializer does not look for null.</summary>
    private IEnumerable<object?> Entries =>
    [
        .. PromptSplitAsTokens, .. Files.Values, .. Steps, .. Cases.Values, .. Decode.Passes, .. Tolerances, .. PortTolerances,
        .. Cases.Values.SelectMany(entry => entry?.Steps ?? []), .. Tolerances.SelectMany(entry => entry?.Steps ?? []), .. PortTolerances.SelectMany(entry => entry?.Steps ?? []),
    ];

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="JsonException">It is not a manifest.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, GoldensJson.Default.Manifest) is { } manifest && !manifest.Entries.Contains(null)
            ? manifest
            : throw new JsonException("null where an entry is expected");

    /// <summary>How closely a step must meet its golden in a walk of this dtype.</summary>
    public Tolerance ToleranceOf(ArticleStep step, ScalarType dtype)
    {
        var entry = Find(Engine.Tensors) ?? Find(null) ?? throw new InvalidOperationException($"the manifest has no tolerance for {step} in {dtype}");
        return entry.Tolerance;

        ToleranceEntry? Find(string? engine) => Tolerances.SingleOrDefault(entry =>
            entry.Engine == engine && entry.Precision == Precision.Name(dtype) && entry.Steps.Contains(step.id));
    }
}

/// <summary>How closely a port must agree at some steps.</summary>
/// <param name="Precision">What the port computes in: fp32, bf16 or fp16.</param>
/// <param name="Against">"golden", where the errors of all steps before add up, or "local": the reference on the port's own inputs.</param>
/// <param name="Steps">The steps and finer points.</param>
/// <param name="Rule">Exact, RelL2, PerElement or ThreeWay.</param>
/// <param name="Reason">Why there is any room, or why there is none.</param>
/// <param name="Limit">The largest distance; for three_way in multiples of that of a bfloat16 reference.</param>
/// <param name="Floor">The distance that three_way always allows: one rounding of what is dumped.</param>
internal sealed record PortToleranceEntry(
    string Precision, string Against, IReadOnlyList<string> Steps, Rule Rule, string Reason, double Limit = 0, double Floor = 0)
{
    /// <summary>The tolerance itself, without the floor.</summary>
    public Tolerance Tolerance => new(Rule, Limit, Reason);
}

/// <summary>The model of a manifest.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Params">Its sizes.</param>
internal sealed record CheckpointEntry(string Name, ParamsEntry Params);

/// <summary>The sizes of a model, as params.json has them.</summary>
internal sealed record ParamsEntry(int Dim, int NLayers, int NHeads, int NKvHeads, int VocabSize)
{
    /// <summary>"dim 80, 3 layers, 8 heads, …"</summary>
    public override string ToString() => $"dim {Dim}, {NLayers} layers, {NHeads} heads, {NKvHeads} key/value heads and {VocabSize} token ids";
}

/// <summary>A file of the manifest.</summary>
internal sealed record FileEntry(string Sha256, long Bytes);

/// <summary>Where a golden comes from.</summary>
/// <param name="Number">Position in the article, from 1.</param>
/// <param name="Id">The step.</param>
/// <param name="Cells">Per notebook, the number of the cell that assigns it.</param>
internal sealed record StepEntry(int Number, string Id, IReadOnlyDictionary<string, int> Cells);

/// <summary>Inputs on which goldens were captured.</summary>
/// <param name="Steps">The steps that can be checked with them.</param>
/// <param name="Prompt">The prompt; null where no text was involved.</param>
/// <param name="PromptSplitAsTokens">The text of each of its tokens.</param>
/// <param name="Positions">Positions other than 0, 1, 2, …; null for the usual ones.</param>
internal sealed record CaseEntry(
    IReadOnlyList<string> Steps,
    string? Prompt = null,
    IReadOnlyList<string>? PromptSplitAsTokens = null,
    IReadOnlyList<long>? Positions = null);

/// <summary>What was captured of passes over new tokens.</summary>
/// <param name="Passes">One after the other.</param>
internal sealed record DecodeEntry(IReadOnlyList<PassEntry> Passes);

/// <summary>A pass over new tokens.</summary>
/// <param name="Name">Such as <c>decode.0</c>: what the keys of its goldens begin with.</param>
/// <param name="Position">The position of the first new token: as many are kept.</param>
/// <param name="Tokens">The new tokens.</param>
/// <param name="NextToken">What comes next.</param>
internal sealed record PassEntry(string Name, long Position, IReadOnlyList<long> Tokens, long NextToken);

/// <summary>How closely some steps must be met in one precision; with an engine, in place of the entries without.</summary>
internal sealed record ToleranceEntry(
    string Precision, IReadOnlyList<string> Steps, Rule Rule, string Reason, double Limit = 0, string? Engine = null)
{
    /// <summary>The tolerance itself.</summary>
    public Tolerance Tolerance => new(Rule, Limit, Reason);
}
