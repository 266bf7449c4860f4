using System.Globalization;
using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.AllAtOnce;

/// <summary>A weight that a step reads and the function that does the same does not.</summary>
/// <param name="Step">The step; null where the function only asks for a weight too many.</param>
/// <param name="Text">"reads layers.0.attention.wk.weight instead of layers.0.attention.wv.weight"</param>
internal sealed record WeightFault(ArticleStep? Step, string Text)
{
    /// <summary>Compares what a function asked for with what its cells in the notebook read.</summary>
    /// <param name="part">The function.</param>
    /// <param name="asked">The weights that it asked for.</param>
    /// <param name="isComplete">Whether the function ran to its end: otherwise it may have had no time to ask.</param>
    public static WeightFault? In(Part part, IReadOnlyList<string> asked, bool isComplete)
    {
        var right = part.Steps.SelectMany(step => ReadBy(step, part)).ToList();
        var (missing, extra) = (right.Where(read => !asked.Contains(read.Weight)).ToList(), asked.Except(right.Select(read => read.Weight)).ToList());
        return extra.Count == 0 && !isComplete ? null
            : missing.Count == 0 && extra.Count == 0 ? InOtherOrder(asked)
            : missing.Count == 0 ? new(null, $"reads {Few(extra)}, which no step reads")
            : extra.Count == 0 ? new(missing[0].Step, $"never reads {Few(Names(missing))}")
            : new(missing[0].Step, $"reads {Few(extra)} instead of {Few(Names(missing))}");
    }

    private static WeightFault? InOtherOrder(IReadOnlyList<string> asked)
    {
        var layers = asked.Where(name => name.StartsWith("layers.", StringComparison.Ordinal))
            .Select(name => int.Parse(name.Split('.')[1], CultureInfo.InvariantCulture))
            .Distinct()
            .ToList();
        return layers.SequenceEqual(layers.Order()) ? null
            : new(ArticleSteps.final_embedding, $"reads the layers in the order {string.Join(", ", layers)}");
    }

    private static IEnumerable<(ArticleStep Step, string Weight)> ReadBy(ArticleStep step, Part part)
    {
        var layers = part.Walk.config.n_layers;
        var scopes = part.Scope.head is null || step.repeats == Repeats.Once ? [part.Scope] : Enumerable.Range(0, layers).Select(Scope.Layer);
        return from scope in scopes
               from name in Wiring.Of(step, scope, layers)
               where name.EndsWith(".weight", StringComparison.Ordinal)
               select (step, name);
    }

    private static List<string> Names(IEnumerable<(ArticleStep Step, string Weight)> read) => [.. read.Select(one => one.Weight).Distinct()];

    private static string Few(List<string> names) => names.Count == 1 ? names[0] : $"{names[0]} and {names.Count - 1} more";
}
