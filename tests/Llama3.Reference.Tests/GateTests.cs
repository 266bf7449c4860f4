using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference.Tests.Course;
using Llama3.Reference.Walking;

namespace Llama3.Reference.Tests;

/// <summary>While a step is broken other tests wait, in all assemblies: here it is shown that they wait for nothing else.</summary>
public sealed class GateTests
{
    [CourseFact("gate: tests wait for the steps that miss their goldens, and for no others")]
    public void It_agrees_with_the_course() => Broken.Steps.Should().Equal(
        Broken.All.Where(step => !new GoldenCheck(MicroModel.Micro).Check(step).Passed));

    [Theory(DisplayName = "gate: a broken step is found in either chapter, and several are:")]
    [InlineData("no_scale", 24, 46)]
    [InlineData("rope_half_split", 8, 16, 20, 23)]
    [InlineData("cache_pos_plus1", 44)]
    public void It_finds_broken_steps(string mistake, params int[] broken)
    {
        var wrong = KnownMistakes.OfPasses.Concat(KnownMistakes.All).First(known => known.Name == mistake).Wrong;
        Broken.StepsFoundBy(new GoldenCheck(MicroModel.Micro, wrong)).Select(step => step.number).Should().Equal(broken);
    }

    [Fact(DisplayName = "gate: a step that does not run is broken")]
    public void It_finds_steps_that_throw()
    {
        var throws = new Dictionary<ArticleStep, Func<Values, StepResult>> { [ArticleSteps.mask] = _ => throw new NotImplementedException() };
        Broken.StepsFoundBy(new GoldenCheck(MicroModel.Micro, throws)).Should().Equal(ArticleSteps.mask, CacheSteps.mask);
    }
}
