using Llama3.Reference.Checking;
using Llama3.Tests;

namespace Llama3.Reference.Tests;

/// <summary>
/// Tries out every mistake of the catalogue: the tests of the steps it spoils must fail, and no other step's.
/// While a step is broken for real, this chapter skips: there is one thing to mend, not hundreds.
/// </summary>
public sealed class Mistakes
{
    /// <summary>What the article's own prompt cannot show; goldens of other inputs do.</summary>
    private static readonly string[] UnseenEndToEnd = ["softmax_no_max"];

    /// <summary>Mistakes that are one and the same at some steps: there, both are named.</summary>
    private static readonly string[][] Twins =
    [
        ["rope_missing", "rope_not_k"],
    ];

    private static readonly Lazy<string> Broken = new(() => string.Join(", ",
        ArticleSteps.all.Where(step => !new GoldenCheck(MicroModel.Micro).Check(step).Passed).Select(step => step.id)));

    public static TheoryData<string> Names => [.. Pitfalls.All.Select(pitfall => pitfall.Name)];

    /// <summary>Skips a test that needs all steps to be right.</summary>
    internal static void SkipIfAnyStepIsBroken() => Skip.If(Broken.Value.Length > 0, $"first mend {Broken.Value}");

    [SkippableTheory(DisplayName = "50 exactly the spoilt steps fail, and are called by the mistake's name:"), MemberData(nameof(Names))]
    public void Exactly_the_spoilt_steps_fail(string name)
    {
        SkipIfAnyStepIsBroken();
        var pitfall = Find(name);
        var check = new GoldenCheck(MicroModel.Micro, pitfall.Wrong);
        var failed = ArticleSteps.all.Select(check.Check).Where(report => !report.Passed).ToList();
        failed.Select(report => report.Step).Should().BeEquivalentTo(pitfall.Wrong.Keys, $"those are spoilt when {pitfall.Mistake}");
        foreach (var report in failed)
        {
            var named = report.LooksLike();
            named.Should().Contain(pitfall, $"{report.Step} computes it");
            named.Select(pitfall => pitfall.Name).Should().BeSubsetOf(TwinsOf(name), $"nothing else happened to {report.Step}");
        }
    }

    [SkippableTheory(DisplayName = "51 the chain from end to end leaves the goldens:"), MemberData(nameof(Names))]
    public void The_chain_leaves_the_goldens(string name)
    {
        SkipIfAnyStepIsBroken();
        using var walk = Micro.Walk(ScalarType.Float32).With(Find(name).Wrong);
        Chain.LeavesGoldens(walk).Any().Should().Be(!UnseenEndToEnd.Contains(name));
    }

    [Fact(DisplayName = "52 there is a mistake for every step")]
    public void Every_step_can_go_wrong() =>
        ArticleSteps.all.Except(Pitfalls.All.SelectMany(pitfall => pitfall.Wrong.Keys)).Should().BeEmpty();

    [Fact(DisplayName = "53 no two mistakes bear the same name")]
    public void Names_are_unique() => Pitfalls.All.Select(pitfall => pitfall.Name).Should().OnlyHaveUniqueItems();

    [Fact(DisplayName = "54 mistakes share no code with the steps")]
    public void Mistakes_are_independent_of_the_steps()
    {
        var functions = ArticleSteps.all.SelectMany(step => step.functions).Distinct().Where(function => !function.StartsWith("ArticleSteps.", StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "src/Llama3.Reference/Checking"), "*Pitfalls.cs"))
        {
            File.ReadAllText(file).Should().NotContainAny(functions.Select(function => $"{function}(").Append("Llama3.Reference.Steps"), $"{file} must hold when a step is broken");
        }
    }

    private static Pitfall Find(string name) => Pitfalls.All.Single(pitfall => pitfall.Name == name);

    private static string[] TwinsOf(string name) => Array.Find(Twins, twins => twins.Contains(name)) ?? [name];
}
