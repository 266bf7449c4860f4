using Llama3.Reference.Tests.Course;
using Llama3.Reference.Walking;

namespace Llama3.Reference.Tests;

/// <summary>
/// The article as a course: one test per step, in reading order, each on golden inputs, so that a broken step fails
/// its own test and not those after it. The other files of this class add tests by hand and the chain from end to end.
/// </summary>
public sealed partial class Article
{
    [StepTheory(Chapter.Article)]
    public void Step(int number)
    {
        var report = Broken.ReportOf(ArticleSteps.all[number - 1]);
        Assert.True(report.Passed, $"\n{report}\n");
    }
}
