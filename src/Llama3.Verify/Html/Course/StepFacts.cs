using Llama3.Checking.Facts;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Html.Course;

/// <summary>What the notebooks printed of a step when they ran Meta-Llama-3-8B.</summary>
internal static class StepFacts
{
    private const string ShapePrefix = "shape.";

    private const int MostLetters = 400;

    /// <summary>Where it was printed, and what.</summary>
    public static IEnumerable<(string Where, string Printed)> Of(ArticleStep step)
    {
        foreach (var fact in ArticleFacts.All.Values.Where(fact => fact.Id == step.id || fact.Id == ShapePrefix + step.id))
        {
            var printed = fact.Value.GetRawText().ReplaceLineEndings(" ");
            if (printed.Length > MostLetters) { printed = $"{printed[..MostLetters]} …"; }
            yield return ($"{fact.Notebook}.ipynb, cell {fact.Cell}", fact.Id == step.id ? printed : $"shape {printed}");
        }
    }

    /// <summary>The picture in the notebook, read back into numbers; null where there is none.</summary>
    public static Picture? PictureOf(ArticleStep step, IReadOnlyList<string> tokens)
    {
        var rows = step == ArticleSteps.qk_per_token ? Heatmaps.Read().Value
            : step == ArticleSteps.qk_per_token_after_masking_after_softmax ? Heatmaps.Read().Attention
            : null;
        var axis = new PictureAxis("token", tokens.Count, tokens);
        return rows is null ? null : new Picture($"heat map of {step.id} of Llama 3 8B, layer 0, head 0", [axis, axis], [.. rows.SelectMany(row => row).Select(Rounded)])
        {
            Note = "read from the colours of the notebook's picture, which are as exact as that",
        };
    }

    private static float Rounded(float value) => MathF.Round(value, 3);
}
