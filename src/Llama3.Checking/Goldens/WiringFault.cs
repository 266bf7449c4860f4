using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>Tells whether a step reads what its cell in the notebook reads.</summary>
internal static class WiringFault
{
    /// <summary>
    /// "inputs     q_layer0, token_embeddings; the notebook's cell 23 reads token_embeddings, q_layer0_head0"; null if they are the same.
    /// </summary>
    /// <remarks>
    /// Asked where nothing is set by hand: in the article, or in a pass after it. Of a mistake that is described as a change of the
    /// right result nothing can be said: it reads that result.
    /// </remarks>
    public static string? In(IEnumerable<GoldenFailure> failures)
    {
        if (failures.FirstOrDefault(failure => failure.Golden is not OtherInputsCase) is not { } missed) { return null; }
        var read = missed.Inputs.Select(input => input.Name).Distinct().ToList();
        var right = Wiring.Of(missed.Step, missed.Scope, missed.Walk.config.n_layers);
        return read.ToHashSet().SetEquals(right) || missed.Inputs.Any(input => IsOwn(missed, input))
            ? null
            : $"inputs     {Names(read)}; the {Cell(missed.Step)} {Names(right)}";
    }

    private static bool IsOwn(GoldenFailure missed, Input input) =>
        input.Step?.in_article == missed.Step.in_article && input.Scope.layer == missed.Scope.layer;

    private static string Names(IReadOnlyCollection<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    private static string Cell(ArticleStep step) =>
        step.chapter == Chapter.Cache ? $"deep dive's cell {step.cell} describes" : $"notebook's cell {step.cell} reads";
}
