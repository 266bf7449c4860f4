using Llama3.Formats.Checkpoints;

namespace Llama3.Checking.Relations;

/// <summary>
/// Says in one sentence how wrong results are related to the right ones, where that is simple: "every value is twice the golden". Each rule is
/// a hypothesis that all of them must agree with; the first that holds is said.
/// </summary>
internal static class Relation
{
    /// <summary>The sentence; null where nothing simple holds for all.</summary>
    /// <param name="misses">Wrong results of one step. If any has the right shape, those of another shape are left out.</param>
    /// <param name="config">The sizes that a factor may come from.</param>
    public static string? Of(IReadOnlyList<Miss> misses, ModelParams config)
    {
        var inShape = misses.Where(miss => miss.SameShape).ToList();
        if (misses.Count == 0) { return null; }
        return inShape.Count == 0
            ? Forms.Of(misses)
            : NotNumbers.Of(inShape)
                ?? Everywhere.Of(inShape, config)
                ?? Forms.Of(inShape)
                ?? Orders.Of(inShape)
                ?? Masking.Of(inShape)
                ?? Instead(inShape)
                ?? Rounding.Of(inShape)
                ?? Places.Explained(inShape, config)
                ?? OwnFactors.Of(inShape)
                ?? Places.Alone(inShape);
    }

    /// <summary>
    /// Whether a hypothesis holds: for one result at least, and against none. Null means that a result has nothing to say about it. The first
    /// that speaks against it ends the search.
    /// </summary>
    internal static bool Holds(IEnumerable<bool?> fits)
    {
        var holds = false;
        foreach (var fit in fits)
        {
            if (fit is false) { return false; }
            holds |= fit is true;
        }
        return holds;
    }

    /// <summary>Another result of the same run.</summary>
    private static string? Instead(IReadOnlyList<Miss> misses)
    {
        var others = misses.Select(miss => miss.Instead().ToList()).ToList();
        return others.SelectMany(words => words).Distinct()
            .Where(other => Holds(misses.Zip(others, (miss, words) => words.Contains(other) ? true : miss.CannotTell(other) ? null : (bool?)false)))
            .Select(other => $"this is {other}")
            .FirstOrDefault();
    }
}
