using Llama3.Checking.AllAtOnce;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;

namespace Llama3.Checking.Tests.AllAtOnce;

/// <summary>Where everything at once (Llama3Model) and the steps part, in words.</summary>
public sealed class AllAtOnceTests
{
    private const int MostLines = 12;

    public static TheoryData<string, ScalarType> Models
    {
        get
        {
            var data = new TheoryData<string, ScalarType>();
            foreach (var model in MicroModel.All) { data.Add(model.Name, bfloat16); data.Add(model.Name, float32); }
            return data;
        }
    }

    [Theory(DisplayName = "everything at once: each function equals its steps, in every layer, with a cache and without:"), MemberData(nameof(Models))]
    public void Equals_the_steps(string model, ScalarType dtype)
    {
        var report = AllAtOnceReport.Of(MicroModel.Named(model), dtype);
        report.Passed.Should().BeTrue($"{report}");
    }

    public static IEnumerable<object[]> Mistakes => LongTests.Some<object[]>(
    [
        ["rotations", "rope_theta_1e4", "10 freqs"],
        ["rotate", "rope_half_split", "8 q_per_token_split_into_pairs, 16 q_per_token_rotated"],
        ["rms_norm", "eps_1e-6", "4 token_embeddings"],
        ["attention", "rope_not_k", "22 k_per_token_split_into_pairs_rotated"],
        ["attention", "mask_missing", "25 mask"],
        ["attention", "concat_no_transpose", "32 stacked_qkv_attention"],
        ["feed_forward", "w1_w3_swapped", "37 output_after_feedforward"],
        ["transformer_block", "attn_residual_twice", "35 embedding_after_edit"],
        ["transformer_block", "norm_no_weight", "4 token_embeddings, 36 embedding_after_edit_normalized"],
        ["forward", "one_layer_short", "39 final_embedding"],
        ["forward", "no_final_norm", "40 final_embedding_normalized"],
        ["forward", "no_bos", "1 tokens"],
        ["attention with a cache", "cache_v_not_written", "48 v_cache"],
        ["attention with a cache", "cache_not_read", "45 k_cache, 48 v_cache"],
        ["forward with a cache", "cache_pos_restart", "44 positions"],
        ["forward with a cache", "cache_mask_top_left", "47 mask"],
    ], every: 3, everyInLong: 1);

    [Theory(DisplayName = "everything at once: a known mistake is named, and the step at which the two part:"), MemberData(nameof(Mistakes))]
    public void Mistake(string part, string name, string steps)
    {
        var mistake = KnownMistakes.All.Concat(KnownMistakes.OfPasses).First(mistake => mistake.Name == name);
        var verdict = Verdict(float32, part, one => one with { Compute = _ => one.With(mistake)[one.Result, one.Scope].tensor });
        verdict[0].Should().Be($"Llama3Model.{part} parts from the steps at {steps}");
        verdict[1].Should().StartWith($"looks like {name}: ");
        verdict[3].Should().MatchRegex($@"^function   Llama3Model\.{part.Split(' ')[0]}, src/Llama3.Reference/Llama3Model.cs:\d+$");
    }

    [Fact(DisplayName = "everything at once: another layer's weight is named, and the step that reads the right one")]
    public void Another_layers_weight()
    {
        Verdict(float32, "feed_forward", part => part with
        {
            Compute = all => all.feed_forward(part.Walk[ArticleSteps.embedding_after_edit_normalized, part.Scope].tensor, layer: 2),
        }).Should().StartWith([
            "Llama3Model.feed_forward parts from the steps at 37 output_after_feedforward",
            "weights    reads layers.2.feed_forward.w1.weight and 2 more instead of layers.0.feed_forward.w1.weight and 2 more",
        ]);
    }

    [Fact(DisplayName = "everything at once: what the steps would have computed is said, where no mistake is known")]
    public void Relation()
    {
        Verdict(float32, "attention", part => part with { Compute = all => part.Compute(all) * 3 }).Should().StartWith([
            "Llama3Model.attention parts from the steps between 5 q_layer0 and 34 embedding_delta",
            "relation   every value is 3 times that of the steps",
        ]);
    }

    [Fact(DisplayName = "everything at once: two wrong functions are both named, and those that call them are not")]
    public Task Two_functions()
    {
        return Snapshot.Verify(AllAtOnceReport.Of(MicroModel.Micro, float32, part => part.Function is "attention" or "feed_forward" or "transformer_block" or "forward"
            ? part with { Compute = all => part.Compute(all) * 2 }
            : part).ToString());
    }

    [Fact(DisplayName = "everything at once: a function that does not run")]
    public Task Does_not_run()
    {
        return Snapshot.Verify(AllAtOnceReport.Of(MicroModel.Micro, float32, part => part.Name == "feed_forward"
            ? part with { Compute = all => all.feed_forward(part.Walk[ArticleSteps.mask, part.Scope].tensor, part.Scope.layer) }
            : part).ToString());
    }

    [Fact(DisplayName = "everything at once: a function that stops is not blamed for the weights that it had no time to read")]
    public void Stops_before_it_reads_wo()
    {
        var verdict = Verdict(float32, "attention", part => part with
        {
            Compute = all => all.attention(
                part.Walk[ArticleSteps.token_embeddings, part.Scope].tensor, part.Scope.layer,
                freqs_cis: part.Walk[ArticleSteps.mask, part.Scope].tensor, mask: part.Walk[ArticleSteps.mask, part.Scope].tensor, cache: null),
        });
        verdict[0].Should().Be("Llama3Model.attention parts from the steps between 5 q_layer0 and 34 embedding_delta");
        verdict[1].Should().StartWith("did not run: ");
    }

    /// <summary>The last paragraph of what is said if one function is changed.</summary>
    private static string[] Verdict(ScalarType dtype, string name, Func<Part, Part> change)
    {
        var message = AllAtOnceReport.Of(MicroModel.Micro, dtype, part => part.Name == name ? change(part) : part).ToString();
        var lines = message.Split('\n');
        lines.Should().HaveCountLessThanOrEqualTo(MostLines, message);
        lines.Count(string.IsNullOrWhiteSpace).Should().Be(1, message);
        var verdict = lines[(Array.IndexOf(lines, "") + 1)..];
        verdict.Length.Should().BeInRange(3, 5, message);
        verdict[^1].Should().StartWith("closer     dotnet run --project src/Llama3.Verify -- explain ");
        return verdict;
    }
}
