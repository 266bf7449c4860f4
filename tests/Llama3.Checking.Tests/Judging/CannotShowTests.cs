using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Checking.Reporting;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Which known mistakes a check cannot see is said if asked for: those that <see cref="OtherModelsTests"/> and <see cref="HonestTests"/> do not find.</summary>
public sealed class CannotShowTests
{
    private const string OnThisPrompt = "the same on this prompt, as far as the precision tells";

    [Fact(DisplayName = "cannot show: on the micro model without grouped queries, all ways to group them wrong, with the reason")]
    public void Micro_mha()
    {
        var unseen = CannotShow.On(DumpedRun.Of(MemoryDump.Of(Port.Tensors(MicroModel.MicroMha, float32)), MicroModel.MicroMha.Article), PortPrecision.fp32);
        Groups(unseen).Should().Equal(
            "nothing that was dumped depends on it: pieces_trimmed",
            "the model has as many key/value heads as heads: gqa_modulo, gqa_modulo_k, gqa_modulo_v, gqa_clamped",
            $"{OnThisPrompt}: softmax_no_max, softmax_max_from_0, weights_fp16, weights_cut_to_bf16, ffn_fp16_product",
            $"the prompt is not longer than the table: {string.Join(", ", TableMistakes.All.Select(table => table.Name))}");
        (unseen.Tried, unseen.Of).Should().Be((MicroModel.MicroMha.Article.Mistakes.Count, unseen.Tried));
    }

    [Fact(DisplayName = "cannot show: on one key/value head nothing of grouping, with tied embeddings no tied output")]
    public void Other_model()
    {
        var groups = Groups(On(new ModelSizes(4, 1, 16) { Tied = true }, step => true));
        groups.Should().Contain("the model has one key/value head: kv_reversed, gqa_modulo, gqa_modulo_k, gqa_modulo_v, gqa_clamped, kv_always_0");
        groups.Should().Contain("the model's embeddings are tied: tied_output");
    }

    [Fact(DisplayName = "cannot show: of what was not dumped nothing, and what was dumped decides")]
    public void Little_dumped()
    {
        var unseen = On(new ModelSizes(4, 2, 16) { Layers = 1 }, step => step == ArticleSteps.tokens || step == ArticleSteps.token_embeddings_unnormalized || step == ArticleSteps.token_embeddings);
        var nothing = unseen.Groups.Single(group => group.Reason == "nothing that was dumped depends on it").Names;
        nothing.Should().Contain(["no_scale", "logits_softcap", "second_best"]).And.NotContain("eps_1e-6");
    }

    [Fact(DisplayName = "cannot show: nothing is tried where it would take long, and a sentence says so")]
    public void Too_large()
    {
        CannotShowText.Lines(new CannotShow([], 0, 90)).Should().Equal("not tried: with this model and prompt that would take long");
        CannotShowText.Lines(new CannotShow([("why", ["one"])], 40, 90)).Should().Equal("why: one", "40 of 90 were tried: more would take long");
        CannotShowText.Lines(new CannotShow([], 90, 90)).Should().Equal("none: each of the 90 would show");
    }

    private static CannotShow On(ModelSizes sizes, Func<ArticleStep, bool> dumps)
    {
        using var model = new RandomModel(sizes);
        var dump = MemoryDump.Of(Port.Tensors(model.Port(new Dictionary<ArticleStep, Func<Values, StepResult>>()), dumps));
        return CannotShow.On(DumpedRun.Of(dump, model.Model), PortPrecision.fp32);
    }

    private static IEnumerable<string> Groups(CannotShow unseen) => unseen.Groups.Select(group => $"{group.Reason}: {string.Join(", ", group.Names)}");
}
