using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>What may have gone wrong in a port: a known mistake, or several at once.</summary>
/// <param name="Mistakes">The mistakes, all of them made.</param>
internal sealed record Hypothesis(IReadOnlyList<KnownMistake> Mistakes)
{
    /// <summary>The heads or tokens for which they are made; null for all.</summary>
    public InnerPlace? Place { get; init; }

    /// <summary>The layers in which they are made, of those steps that every layer has; null for all.</summary>
    public IReadOnlySet<int>? Layers { get; init; }

    /// <summary>Whether the port goes on with weights, tables or a mask other than those that it dumped.</summary>
    public bool BesidePrepared { get; init; }

    /// <summary>Whether any of the mistakes is one that only a cache can get wrong.</summary>
    public bool NeedsCache => Mistakes.Any(mistake => KnownMistakes.Everything.Contains(mistake)
        ? KnownMistakes.OfCaches.Contains(mistake)
        : mistake.InParts.Keys.All(step => step.chapter == Chapter.Cache));

    /// <summary>"norms_swapped and eps_1e-6", or "gelu, from token 12 on"</summary>
    public override string ToString() => string.Join(" and ", Mistakes.Select(mistake => mistake.Name)) + (Place is null ? "" : $", {Place}");

    /// <summary>Whether any of the mistakes can be made on these inputs.</summary>
    public bool CanHappenIn(GoldenCase golden) => Mistakes.Any(mistake => CanHappenIn(golden, mistake));

    /// <summary>What the steps compute instead, of those mistakes that can be made on these inputs.</summary>
    /// <param name="golden">The inputs.</param>
    public IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> WrongOn(GoldenCase golden)
    {
        var wrong = Together(Mistakes.Where(mistake => CanHappenIn(golden, mistake)));
        if (Layers is { } layers) { wrong = wrong.ToDictionary(pair => pair.Key, pair => Confined(pair.Key, pair.Value, layers)); }
        return Place is null ? wrong : wrong.ToDictionary(pair => pair.Key, pair => Place.Confine(pair.Key, pair.Value, golden.Kept));
    }

    /// <summary>A mistake that is not in the catalogue was made up for this very dump.</summary>
    private static bool CanHappenIn(GoldenCase golden, KnownMistake mistake) =>
        golden.Mistakes.Contains(mistake) || !KnownMistakes.Everything.Contains(mistake);

    private static Func<Values, StepResult> Confined(ArticleStep step, Func<Values, StepResult> wrong, IReadOnlySet<int> layers) =>
        step.repeats == Repeats.Once ? wrong : v => layers.Contains(v.layer) ? wrong(v) : v.right(step);

    /// <summary>On the finest points: what is right about a step stays right, and may be another mistake's.</summary>
    private static Dictionary<ArticleStep, Func<Values, StepResult>> Together(IEnumerable<KnownMistake> mistakes)
    {
        var wrong = new Dictionary<ArticleStep, Func<Values, StepResult>>();
        foreach (var (step, run) in mistakes.SelectMany(mistake => mistake.InParts))
        {
            wrong[step] = wrong.TryGetValue(step, out var before) ? v => run(v.After(step, before)) : run;
        }
        return wrong;
    }
}
