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
    public static string? In(IEnumerable<GoldenFailure> failures) =>
        failures.FirstOrDefault(failure => failure.Golden is not OtherInputsCase) is { } missed && !missed.Inputs.Any(input => IsOwn(missed, input))
            && Of(missed.Step, missed.Scope, missed.Inputs, missed.Walk.config.n_layers) is { } fault ? $"inputs     {fault}" : null;

    /// <summary>"q_layer0, token_embeddings; the notebook's cell 23 reads token_embeddings, q_layer0_head0"; null if they are the same.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="inputs">What it read.</param>
    /// <param name="n_layers">How many layers the model has.</param>
    public static string? Of(ArticleStep step, Scope scope, IEnumerable<Input> inputs, int n_layers)
    {
        var (read, right) = (inputs.Select(input => input.Name).Distinct().ToList(), Wiring.Of(step, scope, n_layers));
        return read.ToHashSet().SetEquals(right) ? null : $"{Names(read)}; the {Cell(step)} {Names(right)}";
    }

    private static bool IsOwn(GoldenFailure missed, Input input) =>
        input.Step?.in_article == missed.Step.in_article && input.Scope.layer == missed.Scope.layer;

    private static string Names(IReadOnlyCollection<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    private static string Cell(ArticleStep step) =>
        step.chapter == Chapter.Cache ? $"deep dive's cell {step.cell} describes" : $"notebook's cell {step.cell} reads";
}
