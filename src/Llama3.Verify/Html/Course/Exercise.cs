using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Html.Course;

/// <summary>Something to change in a step, and what follows.</summary>
/// <param name="Title">In a few words.</param>
/// <param name="Step">The step on whose page it stands.</param>
/// <param name="Markdown">Task, hints and answer; the last two are folded.</param>
internal sealed partial record Exercise(string Title, ArticleStep Step, string Markdown)
{
    private static readonly IReadOnlyList<Exercise> Written = [.. Section().Split(PageFiles.Read("docs/exercises.md")).Skip(1).Where(section => FailingTest().IsMatch(section)).Select(Read)];

    /// <summary>Those of docs/exercises.md that begin at a step; where there are none, a known mistake to be made there.</summary>
    public static IReadOnlyList<Exercise> Of(ArticleStep step) =>
        Written.Where(exercise => exercise.Step == step).ToList() is { Count: > 0 } written ? written
        : Made(step) is { } made ? [made] : [];

    private static Exercise Read(string section)
    {
        var (title, text) = (section.Split('\n')[0].Trim(), section[section.IndexOf('\n', StringComparison.Ordinal)..].Trim());
        var number = int.Parse(FailingTest().Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
        return new(title, ArticleSteps.all.Concat(CacheSteps.all).Single(step => step.number == number), text);
    }

    /// <summary>The first known mistake that its tests see on the article's prompt.</summary>
    private static Exercise? Made(ArticleStep step)
    {
        var mistake = StepText.Mistakes(step).FirstOrDefault(mistake => KnownMistakes.All.Contains(mistake) || KnownMistakes.OfPasses.Contains(mistake));
        if (mistake is null) { return null; }
        var failing = ArticleSteps.all.Concat(CacheSteps.all).Where(other => mistake.Wrong.ContainsKey(other) || (other.chapter == step.chapter && mistake.Wrong.ContainsKey(other.in_article)));
        return new("Make a known mistake", step, $"""
            Change the step, in `{step.file}`, so that {mistake.Mistake}. Then run its test, and read what it says:

            ```sh
            dotnet test tests/Llama3.Reference.Tests --filter "DisplayName~{step.number:00} {step.id}:"
            ```

            Question: which other steps compute something else, and which only go on with a wrong number?

            <details><summary>Hint: the place</summary>

            `{step.functions[0]}` is called here: `{step.code_on_one_line}`

            </details>

            <details><summary>Answer</summary>

            The test calls it `{mistake.Name}`. Wrong by itself: {string.Join(", ", failing.Select(other => $"{other.number} `{other.id}`"))}. Each test takes what it reads
            from the goldens, so those of all other steps stay green. To mend it: {mistake.Fix}.

            </details>
            """);
    }

    [GeneratedRegex(@"^## \d+\. ", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^What must fail:\s+```\n(\d\d) ", RegexOptions.Multiline)]
    private static partial Regex FailingTest();
}
