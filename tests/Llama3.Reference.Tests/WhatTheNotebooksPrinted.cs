using System.Text.Json;
using Llama3.Reference.Checking;
using Llama3.Reference.Checkpoints;
using Llama3.Reference.Steps;
using static Llama3.Reference.Tests.Printed;

namespace Llama3.Reference.Tests;

/// <summary>Facts that two notebooks printed for Meta-Llama-3-8B, and that need no weights.</summary>
public sealed class WhatTheNotebooksPrinted
{
    private const int Tokens = 17;

    private static readonly ModelParams Model = Printed.Config;

    public static TheoryData<string> Shapes =>
        [.. ArticleFacts.All.Keys.Where(id => id.StartsWith("shape.", StringComparison.Ordinal)).Select(id => id["shape.".Length..])];

    [Fact(DisplayName = "70 the 8B config gives heads of 128 and a feed-forward of 14336")]
    public void Sizes_of_the_8B_model() => (Model.head_dim, Model.ffn_dim).Should().Be((128, 14336));

    [Fact(DisplayName = "71 the first 20 tensors of the checkpoint bear the printed names")]
    public void Names_of_the_tensors() =>
        Model.tensor_shapes.Take(20).Select(tensor => tensor.Key).Should().Equal(Fact<string[]>("tensor_names"));

    [Theory(DisplayName = "72 the 8B model has the printed shape of:"), MemberData(nameof(Shapes))]
    public void Shape_of(string id) => ShapeOf(id).Should().Equal(Fact<long[]>($"shape.{id}"));

    [Fact(DisplayName = "73 the 64 parts from 0 to 1 are those printed")]
    public void Parts_of_one() => Rope.zero_to_one(Model.head_dim / 2).ToSingles()
        .Should().Equal(Fact<double[]>("zero_to_one_split_into_64_parts"), (actual, printed) => Math.Abs(actual - printed) <= 0.5e-4 + 1e-9);

    [Fact(DisplayName = "74 the 64 freqs are those printed, to 5 digits")]
    public void Freqs() => Rope.freqs(Rope.zero_to_one(Model.head_dim / 2), Model.rope_theta).ToSingles()
        .Should().Equal(Fact<double[]>("freqs"), (actual, printed) => Math.Abs(actual - printed) <= 0.501 * DigitOf(printed));

    [Fact(DisplayName = "75 the mask is the one printed")]
    public void Mask() => Attention.causal_mask(Tokens).ToSingles().Should().Equal(Fact<float[][]>("mask").SelectMany(row => row));

    [Fact(DisplayName = "76 the prompt has the printed tokens and pieces")]
    public void Tokens_and_pieces()
    {
        var tokens = Prompt.encode(Micro.Checkpoint.tokenizer, MicroModel.Micro.Manifest.Prompt);
        tokens.ToInt64s().Should().Equal(Fact<long[]>("tokens"));
        Prompt.split_as_tokens(Micro.Checkpoint.tokenizer, tokens).Should().Equal(Fact<string[]>("prompt_split_as_tokens"));
    }

    [Theory(DisplayName = "77 the tokenizer gives back:")]
    [InlineData("tokenizer.hello_world")]
    [InlineData("tokenizer.created")]
    public void Encoded_and_decoded(string id)
    {
        var tokenizer = Micro.Checkpoint.tokenizer;
        tokenizer.decode(tokenizer.encode(Fact<string>(id))).Should().Be(Fact<string>(id));
    }

    [Fact(DisplayName = "78 the sentence with Chinese in it has the printed ids and pieces")]
    public void The_sentence_with_Chinese()
    {
        var tokenizer = Micro.Checkpoint.tokenizer;
        var ids = tokenizer.encode(Fact<string>("tokenizer.text"));
        ids.Should().Equal(Fact<int[]>("tokenizer.ids"));
        ids.Select(id => tokenizer.decode([id])).Should().Equal(Fact<string[]>("tokenizer.pieces"));
    }

    [Fact(DisplayName = "79 the scores that one heatmap shows become the attention that the next one shows")]
    public void The_heatmaps_agree_with_each_other()
    {
        var heatmaps = Heatmaps.Read();
        var scores = torch.tensor(heatmaps.Value.SelectMany(row => row).ToArray(), [Tokens, Tokens]);
        var attention = Attention.softmax(Attention.apply_mask(scores, Attention.causal_mask(Tokens)), float32);
        attention.ToSingles().Should().Equal(
            heatmaps.Attention.SelectMany(row => row),
            (actual, shown) => Math.Abs(actual - shown) <= Heatmaps.AttentionPrecision);
    }

    [Fact(DisplayName = "80 the texts of the fixtures have the ids that the whole vocabulary gives them")]
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

    /// <summary>The value of the fifth significant digit.</summary>
    private static double DigitOf(double printed) => Math.Pow(10, Math.Floor(Math.Log10(printed)) - 4);
}
