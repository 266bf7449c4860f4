using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Mistakes;

/// <summary>A mistake that ports make, with the wrong computation itself: tests prove that the goldens catch it, messages call it by name.</summary>
/// <remarks>The wrong computations share no code with the steps: when a step is broken, they still compute what they say.</remarks>
/// <param name="Name">Short, in snake_case.</param>
/// <param name="Mistake">What went wrong, as one plain sentence.</param>
/// <param name="Fix">What to do about it, as one plain sentence.</param>
/// <param name="Threads">Public threads in which somebody ran into it, such as "karpathy/llama2.c#286".</param>
/// <param name="Wrong">What the steps that it spoils compute instead.</param>
public sealed record KnownMistake(
    string Name, string Mistake, string Fix, IReadOnlyList<string> Threads, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Wrong)
{
    /// <summary>The addresses of the <see cref="Threads"/>.</summary>
    public IEnumerable<string> Urls => Threads.Select(thread => $"https://github.com/{thread.Replace("#", "/issues/", StringComparison.Ordinal)}");

    /// <summary>What went wrong, what to do and where to read on, line by line.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            yield return $"looks like {Mistake}";
            yield return $"fix        {Fix}";
            if (Threads.Count > 0) { yield return $"see        {string.Join(", ", Urls)}"; }
        }
    }

    /// <summary>The mistakes that yield all of these wrong results from the same inputs.</summary>
    public static IReadOnlyList<KnownMistake> Explaining(IReadOnlyList<GoldenFailure> failures)
    {
        var seen = failures.Where(failure => failure.Actual is not null).ToList();
        return seen.Count == 0 ? [] : [.. KnownMistakes.Of(seen[0].Golden).Where(mistake => mistake.ExplainsAll(seen))];
    }

    private bool ExplainsAll(List<GoldenFailure> failures)
    {
        if (!Wrong.ContainsKey(failures[0].Step.in_article)) { return false; }
        var explained = failures.Select(Explains).ToList();
        return explained.Contains(true) && !explained.Contains(false);
    }

    /// <summary>Null where the mistake reads a result that the goldens do not hold, so that nothing can be said.</summary>
    private bool? Explains(GoldenFailure failure)
    {
        try
        {
            var wrong = failure.Walk.With(Wrong).Run(failure.Step, failure.Scope).Result;
            return failure.Actual!.IsCloseTo(wrong, failure.Tolerance.WithoutTruth);
        }
        catch (KeyNotFoundException)
        {
            return null;
        }
    }
}
