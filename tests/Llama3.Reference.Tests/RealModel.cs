using Llama3.Reference.Checking;
using Llama3.Reference.Checkpoints;
using Llama3.Reference.Steps;

namespace Llama3.Reference.Tests;

/// <summary>Facts that two notebooks printed for Meta-Llama-3-8B, and that only its weights can show.</summary>
public sealed class RealModel
{
    private const string Variable = "LLAMA3_CHECKPOINT";

    /// <summary>
    /// Neighbouring logits of the 8B model lie a step of bfloat16 or two apart, and how a machine rounds decides which of them
    /// comes first: a printed word may stand this many steps from the word that is computed for its rank.
    /// </summary>
    private const long UlpBetweenRanks = 2;

    private static readonly Lazy<Checkpoint?> Opened = new(() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? Checkpoint.Open(folder) : null);

    private static readonly Lazy<Walk> Walked = new(() => new Walk(Opened.Value!, MicroModel.Micro.Manifest.Prompt, bfloat16));

    [SkippableFact(DisplayName = "90 real weights: the config is the one printed")]
    public void Config()
    {
        var read = Required().Params;
        (read.head_dim, read.ffn_dim).Should().Be((Printed.Config.head_dim, Printed.Config.ffn_dim));
        // config.json tells the width of the feed-forward itself, not the numbers it is computed from.
        (read with { multiple_of = 1024, ffn_dim_multiplier = 1.3, intermediate_size = null }).Should().Be(Printed.Config);
    }

    [SkippableFact(DisplayName = "91 real weights: every step has the shape that follows from the config")]
    public void Shapes()
    {
        var walk = Walk();
        foreach (var step in ArticleSteps.all.Where(step => step.dtype is not null))
        {
            walk[step, Scope.Article].tensor.shape.Should().Equal(step.shape.Sizes(walk.config, 17), step.ToString());
        }
    }

    [SkippableFact(DisplayName = "92 real weights: the scores lie within the bounds that the heatmap gives")]
    public void Scores_of_the_heatmap()
    {
        var heatmaps = Heatmaps.Read();
        var scores = Walk()[ArticleSteps.qk_per_token, Scope.Article].tensor.ToSingles();
        scores.Should().Equal(heatmaps.Lo.SelectMany(row => row), (score, lo) => score >= lo);
        scores.Should().Equal(heatmaps.Hi.SelectMany(row => row), (score, hi) => score <= hi);
    }

    [SkippableFact(DisplayName = "93 real weights: the attention is the one that the heatmap shows")]
    public void Attention_of_the_heatmap() =>
        Walk()[ArticleSteps.qk_per_token_after_masking_after_softmax, Scope.Article].tensor.ToSingles().Should().Equal(
            Heatmaps.Read().Attention.SelectMany(row => row),
            (actual, shown) => Math.Abs(actual - shown) <= Heatmaps.AttentionPrecision);

    [SkippableFact(DisplayName = "94 real weights: the next token is 2983, \"42\"")]
    public void Next_token()
    {
        var next = Walk()[ArticleSteps.next_token, Scope.Article].tensor.item<long>();
        next.Should().Be(Printed.Fact<long>("next_token"));
        Walk().tokenizer.decode([(int)next]).Should().Be(Printed.Fact<string>("answer"));
    }

    [SkippableFact(DisplayName = "95 real weights: the ten likeliest words after the prompt")]
    public void Top_10() =>
        ShouldRank(Walk()[ArticleSteps.logits, Scope.Article].tensor, Printed.Fact<string[]>("top_10"));

    [SkippableFact(DisplayName = "96 real weights: the ten likeliest words after each token")]
    public void Top_10_after_each_token() => ShouldRankAll(Walk(), "top_10_after_each_token");

    [SkippableFact(DisplayName = "97 real weights: the ten likeliest words after each token, without the mask")]
    public void Top_10_without_the_mask()
    {
        var unmasked = Pitfalls.All.Single(pitfall => pitfall.Name == "mask_missing");
        ShouldRankAll(Walk().With(unmasked.Wrong), "top_10_after_each_token_without_mask");
    }

    private static void ShouldRankAll(Walk walk, string fact)
    {
        var x = walk[ArticleSteps.final_embedding_normalized, Scope.Article].tensor;
        var logits = Attention.project(x, Required().weight("output.weight"));
        var printed = Printed.Fact<string[][]>(fact);
        for (var token = 0; token < printed.Length; token++) { ShouldRank(logits[token], printed[token]); }
    }

    private static void ShouldRank(Tensor logits, string[] printed)
    {
        var scores = logits.ToSingles();
        var ranked = logits.topk(2 * printed.Length).indexes.ToInt64s();
        for (var rank = 0; rank < printed.Length; rank++)
        {
            ranked.Where(id => Ulp.Distance(scores[id], scores[ranked[rank]], bfloat16) <= UlpBetweenRanks)
                .Select(id => Walk().tokenizer.decode([(int)id]))
                .Should().Contain(printed[rank], $"that is what the notebook printed for rank {rank + 1}");
        }
    }

    private static Checkpoint Required()
    {
        Skip.If(
            Opened.Value is null,
            $"needs Meta-Llama-3-8B: set {Variable} to the folder with its params.json, consolidated.00.pth and tokenizer.model");
        return Opened.Value!;
    }

    private static Walk Walk()
    {
        _ = Required();
        return Walked.Value;
    }
}
