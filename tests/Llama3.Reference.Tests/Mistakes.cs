using Llama3.Reference.Checking;

namespace Llama3.Reference.Tests;

/// <summary>Tries out every mistake of the catalogue: the tests of the steps it spoils must fail, and no other step's.</summary>
public sealed class Mistakes
{
    public static TheoryData<string> Names => [.. Pitfalls.All.Select(pitfall => pitfall.Name)];

    [Theory(DisplayName = "50 exactly the spoilt steps fail:"), MemberData(nameof(Names))]
    public void Exactly_the_spoilt_steps_fail(string name)
    {
        var pitfall = Pitfalls.All.Single(pitfall => pitfall.Name == name);
        var check = new GoldenCheck(Micro.Checkpoint, pitfall.Wrong);
        ArticleSteps.all.Where(step => check.Failures(step).Count > 0)
            .Should().BeEquivalentTo(pitfall.Wrong.Keys, $"those are spoilt when {pitfall.Mistake}");
    }

    [Theory(DisplayName = "51 the message calls it by name:"), MemberData(nameof(Names))]
    public void The_message_names_the_mistake(string name)
    {
        var pitfall = Pitfalls.All.Single(pitfall => pitfall.Name == name);
        var check = new GoldenCheck(Micro.Checkpoint, pitfall.Wrong);
        foreach (var step in pitfall.Wrong.Keys.Where(step => step.dtype is not null))
        {
            check.Failures(step).SelectMany(failure => failure.LooksLike).Should().Contain(pitfall, $"{step} computes it");
        }
    }

    /// <summary>What the article's own prompt cannot show; goldens of other inputs do.</summary>
    private static readonly string[] UnseenEndToEnd = ["softmax_no_max"];

    [Theory(DisplayName = "54 the chain from end to end leaves the goldens:"), MemberData(nameof(Names))]
    public void The_chain_leaves_the_goldens(string name)
    {
        var pitfall = Pitfalls.All.Single(pitfall => pitfall.Name == name);
        Chain.LeavesGoldens(Micro.Walk(ScalarType.Float32).With(pitfall.Wrong)).Any().Should().Be(!UnseenEndToEnd.Contains(name));
    }

    [Fact(DisplayName = "52 there is a mistake for every step")]
    public void Every_step_can_go_wrong() =>
        ArticleSteps.all.Except(Pitfalls.All.SelectMany(pitfall => pitfall.Wrong.Keys)).Should().BeEmpty();

    [Fact(DisplayName = "53 no two mistakes bear the same name")]
    public void Names_are_unique() => Pitfalls.All.Select(pitfall => pitfall.Name).Should().OnlyHaveUniqueItems();
}
