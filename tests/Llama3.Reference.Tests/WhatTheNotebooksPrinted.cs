using System.Text.Json;
using Llama3.Checking.Facts;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Reference.Steps;

namespace Llama3.Reference.Tests;

/// <summary>Facts that two notebooks printed for Meta-Llama-3-8B, and that need no weights.</summary>
public sealed class WhatTheNotebooksPrinted
{
    private const int Tokens = 17;

    private static readonly IReadOnlyDictionary<string, ArticleFact> All = ArticleFacts.All;

    private static readonly ModelParams Model = FactRules.ConfigOf(ArticleFacts.All["config"]);

    public static TheoryData<string> Shapes =>
        [.. ArticleFacts.All.Keys.Where(id => id.StartsWith("shape.", StringComparison.Ordinal)).Select(id => id["shape.".Length..])];

    [Fact(DisplayName = "what the notebooks printed: the 8B config gives heads of 128 and a feed-forward of 14336")]
    public void Sizes_of_the_8B_model() => (Model.head_dim, Model.ffn_dim).Should().Be((128, 14336));

    [Fact(DisplayName = "what the notebooks printed: the first 20 tensors of the checkpoint have the printed names")]
    public void Names_of_the_tensors() => FactRules.Texts(All["tensor_names"], Model.tensor_shapes.Keys.Take(20)).Should().BeNull();

    [Theory(DisplayName = "what the notebooks printed: the 8B model has the printed shape of:"), MemberData(nameof(Shapes))]
    public void Shape_of(string id) => FactRules.Numbers(All[$"shape.{id}"], ShapeOf(id)).Should().BeNull();

    [Fact(DisplayName = "what the notebooks printed: the 64 parts from 0 to 1 are those printed")]
    public void Parts_of_one() =>
        FactRules.Rounded(All["zero_to_one_split_into_64_parts"], Rope.zero_to_one(Model.head_dim / 2).ToSingles()).Should().BeNull();

    [Fact(DisplayName = "what the notebooks printed: the 64 freqs are those printed, to 5 digits")]
    public void Freqs() =>
        FactRules.Rounded(All["freqs"], Rope.freqs(Rope.zero_to_one(Model.head_dim / 2), Model.rope_theta).ToSingles()).Should().BeNull();

    [Fact(DisplayName = "what the notebooks printed: the mask is the one printed")]
    public void Mask() => FactRules.Rounded(All["mask"], Attention.causal_mask(Tokens).ToSingles()).Should().BeNull();

    [Fact(DisplayName = "what the notebooks printed: the prompt has the printed tokens and pieces")]
    public void Tokens_and_pieces()
    {
        var tokens = Prompt.encode(Micro.Checkpoint.tokenizer, MicroModel.Micro.Manifest.Prompt);
        FactRules.Numbers(All["tokens"], tokens.ToInt64s()).Should().BeNull();
        FactRules.Texts(All["prompt_split_as_tokens"], Prompt.split_as_tokens(Micro.Checkpoint.tokenizer, tokens)).Should().BeNull();
    }

    [Theory(DisplayName = "what the notebooks printed: the tokenizer does what was printed:")]
    [InlineData("tokenizer.hello_world")]
    [InlineData("tokenizer.created")]
    [InlineData("tokenizer.text")]
    [InlineData("tokenizer.regex_pieces")]
    [InlineData("tokenizer.pieces")]
    [InlineData("tokenizer.ids")]
    public void Tokenizer(string id)
    {
        using var check = new FactCheck(Micro.Checkpoint);
        check.Judge(All[id]).Problem.Should().BeNull();
    }

    [Fact(DisplayName = "what the notebooks printed: the scores that one heatmap shows become the attention that the next one shows")]
    public void The_heatmaps_agree_with_each_other()
    {
        var heatmaps = Heatmaps.Read();
        var scores = torch.tensor(heatmaps.Value.SelectMany(row => row).ToArray(), [Tokens, Tokens]);
        var attention = Attention.softmax(Attention.apply_mask(scores, Attention.causal_mask(Tokens)), float32);
        FactRules.Shown(Heatmaps.Facts.Single(fact => fact.Id == Heatmaps.Patterns), attention.ToSingles()).Should().BeNull();
    }

    [Fact(DisplayName = "what the notebooks printed: the texts of the fixtures have the ids that the whole vocabulary gives them")]
    public void Texts_have_their_true_ids()
    {
        using var texts = JsonDocument.Parse(Fixtures.Read("fixtures/micro/tokenizer_texts.json"));
        foreach (var text in texts.RootElement.GetProperty("texts").EnumerateArray())
        {
            Micro.Checkpoint.tokenizer.encode(text.GetProperty("text").GetString()!)
                .Should().Equal(text.GetProperty("ids").Deserialize<int[]>());
        }
    }

    private static long[] ShapeOf(string id) => Model.tensor_shapes.TryGetValue(id, out var shape)
        ? shape
        : ArticleSteps.all[id].shape.Sizes(Model, Tokens);
}
