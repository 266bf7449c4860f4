using System.Text.Json;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>
/// What each step reads in the notebook: <c>fixtures/article/reads.json</c>, which was collected from the text of the notebook's cells
/// and not from the steps.
/// </summary>
internal static class Wiring
{
    private static readonly Lazy<Table> Cells = new(() =>
        JsonSerializer.Deserialize(Fixtures.Read("fixtures/article/reads.json"), GoldensJson.Default.Table)!);

    /// <summary>The names of the results and weights that a step reads, as <see cref="Input"/> has them.</summary>
    /// <param name="step">One of <see cref="ArticleSteps"/> or <see cref="CacheSteps"/>.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="n_layers">How many layers the model has.</param>
    public static IReadOnlyList<string> Of(ArticleStep step, Scope scope, int n_layers) =>
        [.. (step.chapter == Chapter.Cache ? Cells.Value.Cache : Cells.Value.Steps)[step.id].Select(name => NameIn(step, scope, name
            .Replace("{n}", $"{scope.layer}", StringComparison.Ordinal)
            .Replace("{n_layers-1}", $"{n_layers - 1}", StringComparison.Ordinal)))];

    /// <summary>A name with a point is whole: that of a weight, or of a result of a layer.</summary>
    private static string NameIn(ArticleStep reader, Scope scope, string name) =>
        name.Contains('.') ? name
        : name == ArticleSteps.token_embeddings_unnormalized.id && reader.repeats != Repeats.Once && scope.layer > 0
            ? Scope.Layer(scope.layer - 1).KeyOf(ArticleSteps.layer_0_embedding)
        : scope.KeyOf(StepList.Find([.. ArticleSteps.all, .. CacheSteps.all], name));

    /// <summary>The file: names by step.</summary>
    internal sealed record Table(IReadOnlyDictionary<string, string[]> Steps, IReadOnlyDictionary<string, string[]> Cache);
}
