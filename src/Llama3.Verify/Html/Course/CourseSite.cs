using System.Text;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Copy;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Html.Course;

/// <summary>The files of the course: a page per step, the start page, the map, the experiments, and what they share.</summary>
internal static class CourseSite
{
    /// <summary>All files.</summary>
    /// <param name="progress">Shows how far they have come.</param>
    public static IReadOnlyList<ExportFile> Files(ProgressLine progress) =>
    [
        File(CoursePlace.Start.File, HtmlText.Of<StartPage>()),
        File(CoursePlace.Map.File, HtmlText.Of<MapPage>()),
        .. ArticleSteps.all.Concat(CacheSteps.all).Select(step => progress.During($"step {step.number}, {step.id}", () => Page(step))),
        File(CoursePlace.Experiments.File, HtmlText.Of<ExperimentsPage>()),
        File("style.css", PageFiles.Style),
        File("pages.js", PageFiles.Script),
        .. PageFiles.Images.Select(image => File(image.Name, image.Text)),
    ];

    private static ExportFile Page(ArticleStep step) => File(CoursePlace.Of(step).File, HtmlText.Of<StepPage>((nameof(StepPage.Step), step)));

    private static ExportFile File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}
