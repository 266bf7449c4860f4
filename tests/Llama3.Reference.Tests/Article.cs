using Llama3.Checking.Goldens;
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
        var report = new GoldenCheck(MicroModel.Micro).Check(step);
        Assert.True(report.Passed, $"\n{report}\n");
    }
}
