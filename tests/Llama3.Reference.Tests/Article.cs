using Llama3.Reference.Checking;
using Llama3.Reference.Tests.Course;

namespace Llama3.Reference.Tests;

/// <summary>
/// The article as a course: one test per step, in reading order, each on golden inputs, so that a broken step fails
/// its own test and not those after it. The other files of this class add tests by hand and the chain from end to end.
/// </summary>
public sealed partial class Article
{
    [StepTheory]
    public void Step(string id)
    {
        var step = ArticleSteps.all[id];
        var failures = new GoldenCheck(Micro.Checkpoint).Failures(step);
        Assert.True(failures.Count == 0, Told(failures));
    }

    private static string Told(IReadOnlyList<GoldenFailure> failures) => failures.Count == 0
        ? ""
        : $"\n{failures[0]}\n{string.Concat(failures.Skip(1).Select(failure => $"also wrong: {failure.Where}\n"))}";
}
