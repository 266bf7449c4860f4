using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Html.Course;

/// <summary>A page of the course: its file and what links call it.</summary>
/// <param name="File">Such as 04-token_embeddings.html.</param>
/// <param name="Title">Such as "4 normalise each embedding before attention".</param>
public sealed record CoursePlace(string File, string Title)
{
    /// <summary>The start page.</summary>
    public static CoursePlace Start { get; } = new("index.html", "Llama 3, step by step");

    /// <summary>The map of all steps.</summary>
    public static CoursePlace Map { get; } = new("map.html", "Map of the steps");

    /// <summary>The experiments.</summary>
    public static CoursePlace Experiments { get; } = new("experiments.html", "Experiments");

    /// <summary>All pages in reading order.</summary>
    public static IReadOnlyList<CoursePlace> All { get; } = [Start, Map, .. ArticleSteps.all.Concat(CacheSteps.all).Select(Of), Experiments];

    /// <summary>The page of a step.</summary>
    public static CoursePlace Of(ArticleStep step) => new($"{step.number:00}-{step.id}.html", $"{step.number} {step.title}");

    /// <summary>The page before this one; null before the first.</summary>
    public CoursePlace? Previous => All.TakeWhile(place => place != this).LastOrDefault();

    /// <summary>The page after this one; null after the last.</summary>
    public CoursePlace? Next => All.SkipWhile(place => place != this).Skip(1).FirstOrDefault();
}
