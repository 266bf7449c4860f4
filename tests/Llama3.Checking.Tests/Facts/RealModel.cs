using Llama3.Checking.Facts;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Facts;

/// <summary>What only the weights of Meta-Llama-3-8B can show: all that two notebooks printed of them, and goldens captured on them.</summary>
public sealed class RealModel
{
    private const string CheckpointVariable = "LLAMA3_CHECKPOINT";
    private const string GoldensVariable = "LLAMA3_GOLDENS";

    private static readonly Lazy<Checkpoint?> Opened = new(() => Folder(CheckpointVariable) is { } folder ? Checkpoint.Open(folder) : null);

    private static readonly Lazy<GoldenModel?> Goldens = new(() =>
        Opened.Value is { } checkpoint && Folder(GoldensVariable) is { } folder ? GoldenFolder.Open(folder, checkpoint) : null);

    private static readonly Lazy<FactCheck> Facts = new(() => new FactCheck(Opened.Value!));

    /// <summary>One after the other with the weights; without them one line says that all are skipped.</summary>
    public static TheoryData<string> FactIds =>
        Folder(CheckpointVariable) is null ? [$"all {FactCheck.Facts.Count} facts"] : [.. FactCheck.Facts.Select(fact => fact.Id)];

    /// <summary>Likewise.</summary>
    public static TheoryData<string> StepIds =>
        Folder(GoldensVariable) is null ? [$"all {ArticleSteps.all.Count} steps"] : [.. ArticleSteps.all.Select(step => step.id)];

    [SkippableTheory(DisplayName = "real weights: the notebooks printed the truth of"), MemberData(nameof(FactIds))]
    public void Fact(string id)
    {
        Require(Opened.Value, CheckpointVariable, "Meta-Llama-3-8B: the folder with its params.json, consolidated.00.pth and tokenizer.model");
        Facts.Value.Judge(FactCheck.Facts.Single(fact => fact.Id == id)).Problem.Should().BeNull();
    }

    [SkippableFact(DisplayName = "real weights: every step has the shape that follows from the config")]
    public void Shapes()
    {
        Require(Opened.Value, CheckpointVariable, "a checkpoint");
        using var walk = new Walk(Opened.Value!, MicroModel.Micro.Manifest.Prompt, bfloat16);
        var tokens = walk[ArticleSteps.tokens, Scope.Article].tensor.shape[0];
        foreach (var step in ArticleSteps.all.Where(step => step.dtype is not null))
        {
            walk[step, Scope.Article].tensor.shape.Should().Equal(step.shape.Sizes(walk.config, tokens), step.ToString());
        }
    }

    [SkippableTheory(DisplayName = "real weights: the step meets its goldens:"), MemberData(nameof(StepIds))]
    public void Step(string id)
    {
        Require(Goldens.Value, GoldensVariable, $"what scripts/capture.py writes for the checkpoint of {CheckpointVariable}");
        var report = new GoldenCheck(Goldens.Value!).Check(ArticleSteps.all[id]);
        Assert.True(report.Passed, $"\n{report}\n");
    }

    private static string? Folder(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder ? folder : null;

    private static void Require(object? needed, string variable, string what) => Skip.If(needed is null, $"set {variable}: it needs {what}");
}
