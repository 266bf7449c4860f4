using System.Collections.Concurrent;
using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Checking;

/// <summary>Results captured from the notebooks on one set of inputs.</summary>
public sealed class GoldenCase
{
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, StepResult>> Captured = new();
    private readonly CaseEntry _entry;

    private GoldenCase(string name, CaseEntry entry) => (Name, _entry) = (name, entry);

    /// <summary>The article's own prompt: all steps, all layers, all heads.</summary>
    public static GoldenCase Article { get; } = new("article", new CaseEntry(
        [.. ArticleSteps.all.Select(step => step.id)], Fixtures.Manifest.Prompt, Fixtures.Manifest.PromptSplitAsTokens));

    /// <summary>The article, then the cases of the manifest: inputs that show what the article's own cannot.</summary>
    public static IReadOnlyList<GoldenCase> All { get; } =
        [Article, .. Fixtures.Manifest.Cases.Select(entry => new GoldenCase(entry.Key, entry.Value))];

    /// <summary>The name of the case, and of its files.</summary>
    public string Name { get; }

    /// <summary>Whether the case holds a golden for this step, and the inputs to compute it.</summary>
    public bool Covers(ArticleStep step) => _entry.Steps.Contains(step.id);

    /// <summary>The file of one precision, relative to the root of the repository.</summary>
    public string FileOf(ScalarType dtype) => $"fixtures/micro/{Name}.{Precision.Name(dtype)}.safetensors";

    /// <summary>The captured results by key.</summary>
    public IReadOnlyDictionary<string, StepResult> Results(ScalarType dtype) => Captured.GetOrAdd(FileOf(dtype), Load);

    /// <summary>A walk whose every step gets its inputs from the goldens.</summary>
    public Walk Walk(Checkpoint checkpoint, ScalarType dtype) => new(checkpoint, _entry.Prompt ?? "", dtype)
    {
        Given = Results(dtype),
        positions = _entry.Positions is { } positions ? torch.tensor(positions.ToArray()) : null,
    };

    private IReadOnlyDictionary<string, StepResult> Load(string file)
    {
        var tensors = Safetensors.Read(Fixtures.Read(file), file);
        var results = tensors.ToDictionary(entry => entry.Key, entry => (StepResult)entry.Value);
        if (_entry.PromptSplitAsTokens is { } pieces) { results[ArticleSteps.prompt_split_as_tokens.id] = pieces.ToArray(); }
        return results;
    }
}
