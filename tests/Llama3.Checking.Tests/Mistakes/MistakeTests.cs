using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Replacements = System.Collections.Generic.IEnumerable<System.Collections.Generic.KeyValuePair<
    Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>>>;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>
/// Tries every mistake of the catalogue: the tests of the steps that it gets wrong must fail, and no other step's.
/// The steps themselves are right here: while one is broken for real, these tests wait.
/// </summary>
public sealed class MistakeTests
{
    /// <summary>What the article's own prompt cannot show; goldens of other inputs do.</summary>
    internal static readonly string[] UnseenEndToEnd = ["softmax_no_max", "softmax_max_from_0"];

    /// <summary>Mistakes that are one and the same at some steps: there, both are named.</summary>
    private static readonly string[][] Twins =
    [
        ["norms_swapped", "attention_norm_by_ffn_norm"],
        ["norms_swapped", "ffn_norm_by_attention_norm"],
        ["gqa_modulo", "gqa_modulo_k"],
        ["gqa_modulo", "gqa_modulo_v"],
        ["qk_hf_permuted", "wq_hf_permuted"],
        ["qk_hf_permuted", "wk_hf_permuted"],
        ["v_from_wk", "wk_wv_swapped"],
        ["rope_missing", "rope_not_q"],
        ["rope_missing", "rope_not_k"],
    ];

    /// <summary>They get w2 wrong too, which comes after the last point inside the feed-forward.</summary>
    private static readonly string[] AlsoAfterTheFinerPoints = ["layer0_weights", "layer_before_weights", "layer_after_weights", "subnormals_flushed"];

    public static TheoryData<string> Names => [.. KnownMistakes.All.Select(mistake => mistake.Name)];

    public static TheoryData<string> InsideSteps =>
        [.. KnownMistakes.All.Where(mistake => mistake.Wrong.Keys.Any(FinerPoints.all.Contains)).Select(mistake => mistake.Name).Except(AlsoAfterTheFinerPoints)];

    [Theory(DisplayName = "mistakes: exactly the steps that a mistake gets wrong fail, and the mistake is named:"), MemberData(nameof(Names))]
    public void Exactly_the_wrong_steps_fail(string name)
    {
        var mistake = Find(name);
        var check = new GoldenCheck(MicroModel.Micro, mistake.Wrong);
        // All others are computed as ever, from golden inputs: Article's tests hold for them.
        var wrong = mistake.Wrong.Keys.Intersect(ArticleSteps.all).ToList();
        var failed = wrong.Select(check.Check).Where(report => !report.Passed).ToList();
        failed.Select(report => report.Step).Should().Equal(wrong, $"those are wrong when {mistake.Mistake}");
        foreach (var report in failed)
        {
            var named = report.LooksLike();
            named.Should().Contain(mistake, $"{report.Step} computes it");
            named.Select(mistake => mistake.Name).Should().BeSubsetOf(TwinsOf(name), $"nothing else happened to {report.Step}");
        }
    }

    [Theory(DisplayName = "mistakes: the chain from end to end leaves the goldens:"), MemberData(nameof(Names))]
    public void The_chain_leaves_the_goldens(string name)
    {
        using var walk = Micro.Walk(ScalarType.Float32).With(Find(name).Wrong);
        Chain.LeavesGoldens(walk).Any().Should().Be(!UnseenEndToEnd.Contains(name));
    }

    [Theory(DisplayName = "mistakes: what is wrong inside a step makes the step wrong in the same way:"), MemberData(nameof(InsideSteps))]
    public void Finer_points_and_steps_agree(string name)
    {
        var mistake = Find(name);
        foreach (var inside in mistake.Wrong.Where(wrong => wrong.Key.part_of is not null).GroupBy(wrong => wrong.Key.part_of!))
        {
            var composed = inside.Append(new(inside.Key, FinerPoints.compositions[inside.Key]));
            Distance(inside.Key, composed, [new(inside.Key, mistake.Wrong[inside.Key])]).Should().BeLessThan(1e-5, $"{inside.Key} is made of these");
            foreach (var point in inside) { Distance(point.Key, [point], []).Should().BeGreaterThan(1e-7, $"{point.Key} shows the mistake"); }
        }
    }

    [Fact(DisplayName = "mistakes: there is one for every step")]
    public void Every_step_can_go_wrong() =>
        ArticleSteps.all.Except(KnownMistakes.All.SelectMany(mistake => mistake.Wrong.Keys)).Should().BeEmpty();

    [Fact(DisplayName = "mistakes: no two have the same name")]
    public void Names_are_unique() => KnownMistakes.All.Select(mistake => mistake.Name).Should().OnlyHaveUniqueItems();

    [Fact(DisplayName = "mistakes: each says in one plain sentence how to fix it")]
    public void There_is_a_fix() =>
        KnownMistakes.All.Should().AllSatisfy(mistake => mistake.Fix.Should().MatchRegex("^[a-z].{10,}[^.]$"));

    [Fact(DisplayName = "mistakes: threads are written as owner/repo#number, and have an address")]
    public void Threads_have_addresses()
    {
        KnownMistakes.All.SelectMany(mistake => mistake.Threads)
            .Should().AllSatisfy(thread => thread.Should().MatchRegex(@"^[\w.-]+/[\w.-]+#[1-9][0-9]*$"));
        Find("concat_no_transpose").Urls.Should().StartWith("https://github.com/jsbaan/transformer-from-scratch/issues/6");
    }

    [Fact(DisplayName = "mistakes: they share no code with the steps")]
    public void Mistakes_are_independent_of_the_steps()
    {
        var functions = ArticleSteps.all.SelectMany(step => step.functions).Distinct().Where(function => !function.StartsWith("ArticleSteps.", StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "src/Llama3.Checking/Mistakes"), "*Mistakes.cs"))
        {
            File.ReadAllText(file).Should().NotContainAny(functions.Select(function => $"{function}(").Append("Llama3.Reference.Steps"), $"{file} must hold when a step is broken");
        }
    }

    private static KnownMistake Find(string name) => KnownMistakes.All.Single(mistake => mistake.Name == name);

    private static IEnumerable<string> TwinsOf(string name) => Twins.Where(twins => twins.Contains(name)).SelectMany(twins => twins).Append(name);

    private static double Distance(ArticleStep step, Replacements some, Replacements others) =>
        Comparison.DistanceBetween(InLayer1(step, some), InLayer1(step, others));

    private static Tensor InLayer1(ArticleStep step, Replacements replaced) =>
        Micro.Walk(ScalarType.Float32).With(new Dictionary<ArticleStep, Func<Values, StepResult>>(replaced)).Run(step, Scope.Layer(1)).Result.tensor;
}
