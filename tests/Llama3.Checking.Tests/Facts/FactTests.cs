using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llama3.Checking.Facts;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Facts;

/// <summary>The report on what the notebooks printed is honest: facts can hold, and every one of them can fail.</summary>
public sealed class FactTests
{
    private static readonly FactCheck Check = new(Micro.Checkpoint);

    public static TheoryData<string> Ids => [.. FactCheck.Facts.Select(fact => fact.Id)];

    public static TheoryData<string> Shapes =>
        [.. ArticleSteps.all.Where(step => step.dtype is not null && ArticleFacts.All.ContainsKey($"shape.{step.id}")).Select(step => step.id)];

    [Fact(DisplayName = "facts: the facts that hold for the micro checkpoint are those of its tokens, and of sizes that it shares with the 8B model")]
    public void Micro_checkpoint() => FactCheck.Facts.Where(fact => Check.Judge(fact).Holds).Select(fact => fact.Id).Should().Equal(
        "tensor_names", "tokenizer.hello_world", "tokenizer.created", "tokenizer.text", "tokenizer.regex_pieces", "tokenizer.pieces",
        "tokenizer.ids", "tokens", "prompt_split_as_tokens", "shape.qk_per_token", "shape.logits", "shape.mask", "mask", "next_token", "answer");

    [Theory(DisplayName = "facts: a fact with another value than the printed one does not hold:"), MemberData(nameof(Ids))]
    public void Can_fail(string id)
    {
        var fact = FactCheck.Facts.Single(fact => fact.Id == id);
        Check.Judge(fact with { Value = Broken(fact.Value) }).Problem.Should().NotBeNull().And.NotContain("\n");
    }

    [Theory(DisplayName = "facts: a printed text does not hold with a tokenizer that gives other ids, although the text comes back:")]
    [InlineData("tokenizer.hello_world", "found 12 of them, expected 3")]
    [InlineData("tokenizer.created", "found 27 of them, expected 5")]
    [InlineData("tokenizer.text", "found 84 of them, expected 26")]
    public void Other_ids(string id, string expected)
    {
        using var checkpoint = Checkpoint.Open(
            name => name == "tokenizer.model"
                ? new MemoryStream(Encoding.ASCII.GetBytes(TestTokenizers.AllBytes()))
                : Fixtures.Open($"{MicroModel.Micro.Folder}/{name}"),
            "micro, with a token for each byte");
        using var check = new FactCheck(checkpoint);
        var (fact, tokenizer) = (ArticleFacts.All[id], checkpoint.tokenizer);
        tokenizer.decode(tokenizer.encode(fact.As<string>())).Should().Be(fact.As<string>());
        check.Judge(fact).Problem.Should().Be(expected);
    }

    [Theory(DisplayName = "facts: had the notebooks printed the shape of the micro model's golden, it would hold:"), MemberData(nameof(Shapes))]
    public void Shape_can_hold(string id) => ShouldHold($"shape.{id}", Golden(id).shape);

    [Fact(DisplayName = "facts: had the notebooks printed its numbers, they would hold")]
    public void Numbers_can_hold()
    {
        ShouldHold("freqs", Golden("freqs").ToSingles().Select(number => double.Parse($"{number:G5}", Invariant)));
        ShouldHold("zero_to_one_split_into_64_parts", Golden("zero_to_one_split_into_64_parts").ToSingles().Select(number => Math.Round(number, 4)));
        ShouldHold("length.qkv_attention_store", MicroModel.Micro.Article.Results(bfloat16)["layers.0.qkv_attention"].tensor.shape[0]);
    }

    [Fact(DisplayName = "facts: had the notebooks printed its heatmaps, they would hold")]
    public void Heatmaps_can_hold()
    {
        var (scores, attention) = (Rows("qk_per_token"), Rows("qk_per_token_after_masking_after_softmax"));
        ShouldHold(Heatmaps.Scores, new { lo = Moved(scores, -0.03f), hi = Moved(scores, 0.03f) });
        ShouldHold(Heatmaps.Patterns, new { value = Moved(attention, 0.003f) });
        Judged(Heatmaps.Scores, new { lo = Moved(scores, 0.03f), hi = Moved(scores, 0.05f) }).Should().EndWith("; 289 of 289 differ");
        Judged(Heatmaps.Patterns, new { value = Moved(attention, 0.012f) }).Should().EndWith("; 289 of 289 differ");
    }

    [Fact(DisplayName = "facts: had the notebooks printed its most likely words, they would hold: neighbours within two steps of bfloat16 may change places, others not")]
    public void Words_can_hold()
    {
        // The goldens' logits: "42" 24.125, " nothing" 6.4688, " +" 6.4375, " to" 6.4062, " words" 6.25 ….
        ShouldHold("top_10", new[] { "42", " nothing", " +", " to" });
        ShouldHold("top_10", new[] { "42", " +", " nothing" });
        Judged("top_10", new[] { " nothing", "42" }).Should().Be("found \"42\" in place 1, expected \" nothing\"");
        Judged("top_10", new[] { "42", " nothing", " +", "words" }).Should().StartWith("found ").And.EndWith(" in place 4, expected \"words\"");
    }

    [Fact(DisplayName = "facts: a fact without a rule is an error, not a fact that holds")]
    public void Unknown() => new Action(() => Check.Judge(new ArticleFact("loss", "", 0, JsonElement.Parse("1")))).Should().Throw<InvalidOperationException>();

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static void ShouldHold(string id, object value) => Judged(id, value).Should().BeNull();

    private static string? Judged(string id, object value) =>
        Check.Judge(FactCheck.Facts.Single(fact => fact.Id == id) with { Value = JsonSerializer.SerializeToElement(value) }).Problem;

    private static Tensor Golden(string id) => MicroModel.Micro.Article.Results(bfloat16)[id].tensor;

    private static float[][] Rows(string id) => [.. Golden(id).ToSingles().Chunk(17)];

    private static float[][] Moved(float[][] rows, float by) => [.. rows.Select(row => row.Select(number => number + by).ToArray())];

    /// <summary>The same with the last text or number changed, in every field of an object.</summary>
    private static JsonElement Broken(JsonElement value) => JsonSerializer.SerializeToElement(Broken(JsonSerializer.SerializeToNode(value)!));

    private static JsonNode Broken(JsonNode node)
    {
        switch (node)
        {
            case JsonObject config when config.ContainsKey("n_layers"):
                config["n_layers"] = 31;
                return config;
            case JsonObject fields:
                return new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Broken(field.Value!.DeepClone()))));
            case JsonArray array:
                array[^1] = Broken(array[^1]!.DeepClone());
                return array;
            default:
                return node.GetValueKind() == JsonValueKind.String ? $"{node}?" : node.GetValue<double>() + 1000;
        }
    }
}
