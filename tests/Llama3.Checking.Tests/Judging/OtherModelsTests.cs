using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Known mistakes in ports of models with other sizes than the micro model's.</summary>
public sealed class OtherModelsTests
{
    private const int Every = 12;

    /// <summary>Mistakes that are made with a text; and those that cannot be made where all query heads times head_dim are not dim.</summary>
    internal static readonly string[] OfTexts = ["pieces_trimmed"], OfSquares = ["wq_transposed", "split_no_transpose", "wo_transposed", "wo_skipped"];

    /// <summary>What gives the right numbers on every one of these prompts.</summary>
    private static readonly string[] Invisible = ["rope_table_4096", "softmax_max_from_0", "softmax_no_max", "subnormals_flushed", "score_softcap"];

    /// <summary>Mistakes that are one and the same on one of these models: there, both are named.</summary>
    private static readonly string[][] Twins = [["scale_dim_per_head", "scale_n_heads", "scale_fourth_root"]];

    [Theory(DisplayName = "other models: a known mistake that shows is named:")]
    [InlineData("one key/value head", 4, 1, 16, "default", false, false, new[] { "gqa_clamped", "gqa_modulo", "gqa_modulo_k", "gqa_modulo_v", "kv_always_0", "kv_reversed" })]
    [InlineData("as many key/value heads as heads", 4, 4, 16, "default", false, false, new[] { "gqa_clamped", "gqa_modulo", "gqa_modulo_k", "gqa_modulo_v" })]
    [InlineData("a head_dim of its own, scaled RoPE, tied", 8, 2, 64, "llama3", true, false, new[] { "tied_output", "scale_dim", "rope_exponent_over_dim" })]
    [InlineData("a head_dim of its own", 4, 2, 32, "llama3", false, false, new string[0])]
    [InlineData("linear scaling and biases", 4, 2, 16, "linear", false, true, new[] { "rope_theta_1e4" })]
    public void Named(string what, int heads, int kvHeads, int headDim, string scaling, bool tied, bool biased, string[] right)
    {
        using var model = new RandomModel(heads, kvHeads, headDim, scaling, tied, biased);
        var isSquare = heads * headDim == model.Model.Checkpoint.Params.dim;
        var known = KnownMistakes.On(model.Model.Checkpoint.Params, positions: 0);
        var made = known.Intersect(KnownMistakes.All).Where(mistake => !mistake.Wrong.ContainsKey(ArticleSteps.tokens) && !OfTexts.Contains(mistake.Name) && (isSquare || !OfSquares.Contains(mistake.Name)));
        var unnamed = LongTests.Some(made, Every)
            .Select(mistake => (mistake.Name, Names: NamesOf(model, mistake)))
            .Where(found => !found.Names.Contains(found.Name) && !(found.Names.Count == 0 && (right.Contains(found.Name) || Invisible.Contains(found.Name))));
        foreach (var mistake in LongTests.Some(known.Intersect(ModelMistakes.All).Where(mistake => !mistake.NeedsPasses), Every / 2))
        {
            NamesOf(model, mistake).Should().Contain(mistake.Name).And.BeSubsetOf(Twins.Where(twins => twins.Contains(mistake.Name)).SelectMany(twins => twins).Append(mistake.Name));
        }
        unnamed.Select(found => $"{found.Name}: {string.Join(", ", found.Names)}").Should().BeEmpty(what);
    }

    /// <summary>The names that are said; one that is empty for a fault without a name.</summary>
    private static HashSet<string> NamesOf(RandomModel model, KnownMistake mistake)
    {
        var dump = MemoryDump.Of(Port.Tensors(model.Port(mistake.Wrong)));
        var report = new DumpCheck(DumpedRun.Of(dump, model.Model)).Run();
        return [.. report.Results.Where(result => result.IsFault).SelectMany(result => result.LooksLike.Select(found => found.Name).DefaultIfEmpty(""))];
    }
}
