using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Replacements = System.Collections.Generic.IReadOnlyDictionary<
    Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>>;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>
/// A mistake is told twice: for a walk that computes steps whole, and for one that puts them together from the finer points inside. It is the
/// same mistake, and it leaves room for others inside the same step.
/// </summary>
public sealed class InPartsTests
{
    /// <summary>It leaves out all that is inside the step.</summary>
    private const string PassesTheStepBy = "no_final_norm";

    public static TheoryData<string> ToldTwice =>
        [.. KnownMistakes.All.Where(mistake => mistake.Wrong.Keys.Any(step => step.part_of is not null || Compositions.ContainsKey(step))).Select(mistake => mistake.Name)];

    private static Replacements Compositions => FinerPoints.compositions;

    [Theory(DisplayName = "mistakes: told in parts it is the same:"), MemberData(nameof(ToldTwice))]
    public void It_is_the_same_in_parts(string name)
    {
        var mistake = Find(name);
        using Walk whole = Micro.Walk(float32).With(mistake.Wrong), parts = Micro.Walk(float32).With(InParts(mistake));
        foreach (var scope in Enumerable.Range(0, whole.config.n_layers).Select(Scope.Layer))
        {
            // Finer points of a walk that computes steps whole show only what the mistake says of them.
            foreach (var step in ArticleSteps.all.Where(step => step.dtype is not null).Concat(mistake.Wrong.Keys.Where(step => step.part_of is not null)))
            {
                Comparison.DistanceBetween(parts[step, scope].tensor, whole[step, scope].tensor).Should().BeLessThan(5e-6, scope.KeyOf(step));
            }
        }
    }

    [Theory(DisplayName = "mistakes: told in parts a step is put together from the points inside it:"), MemberData(nameof(ToldTwice))]
    public void It_reads_the_finer_points(string name)
    {
        using var walk = Micro.Walk(float32).With(InParts(Find(name)));
        Compositions.Keys.Where(step => !walk.Run(step, Scope.Layer(1)).Inputs.Any(read => read.Step?.part_of == step))
            .Should().BeEquivalentTo(name == PassesTheStepBy ? [ArticleSteps.final_embedding_normalized] : Array.Empty<ArticleStep>());
    }

    [Fact(DisplayName = "mistakes: two mistakes inside one step both show")]
    public void Two_in_one_step()
    {
        // gqa_modulo computes other products, no_scale does not divide them: together the products of the one are the scores of the other.
        var both = Compositions.ToDictionary();
        foreach (var (step, run) in Find("gqa_modulo").InParts.Concat(Find("no_scale").InParts)) { both[step] = run; }
        using Walk walk = Micro.Walk(float32).With(both), alone = Micro.Walk(float32).With(InParts(Find("gqa_modulo")));
        Comparison.Of(walk[ArticleSteps.qk_per_token, Scope.Layer(0)].tensor, alone[FinerPoints.qk_per_token_before_scaling, Scope.Layer(0)].tensor)
            .Agrees.Should().BeTrue();
    }

    private static Dictionary<ArticleStep, Func<Values, StepResult>> InParts(KnownMistake mistake) =>
        Compositions.Where(pair => !mistake.InParts.ContainsKey(pair.Key)).Concat(mistake.InParts).ToDictionary();

    private static KnownMistake Find(string name) => KnownMistakes.All.Single(mistake => mistake.Name == name);
}
