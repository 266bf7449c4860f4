using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Goldens;

/// <summary>Finds the known mistakes that explain missed goldens.</summary>
internal static class Explanation
{
    /// <summary>The mistakes that compute all of these wrong results from the same inputs; empty where no step ran.</summary>
    public static IReadOnlyList<KnownMistake> Of(IReadOnlyList<GoldenFailure> failures)
    {
        var seen = failures.Where(failure => failure.Actual is not null).ToList();
        return seen.Count == 0 ? [] : [.. seen[0].Golden.Mistakes.Where(mistake => ExplainsAll(mistake, seen))];
    }

    private static bool ExplainsAll(KnownMistake mistake, List<GoldenFailure> failures)
    {
        if (!mistake.Wrong.ContainsKey(failures[0].Step.in_article)) { return false; }
        var explained = failures.ConvertAll(failure => Explains(mistake, failure));
        return explained.Contains(true) && !explained.Contains(false);
    }

    /// <summary>Null where the mistake reads a result that the goldens do not hold, so that nothing can be said.</summary>
    private static bool? Explains(KnownMistake mistake, GoldenFailure failure)
    {
        try
        {
            var wrong = failure.Walk.With(mistake.Wrong).Run(failure.Step, failure.Scope).Result;
            return failure.Actual!.IsCloseTo(wrong, failure.Tolerance.WithoutTruth);
        }
        catch (KeyNotFoundException)
        {
            return null;
        }
    }
}
