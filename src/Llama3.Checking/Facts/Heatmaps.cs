using System.Text.Json;
using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Facts;

/// <summary>fixtures/article/heatmaps.json: layer 0, head 0 of Meta-Llama-3-8B, recovered from the pictures in the notebook.</summary>
/// <param name="Lo">[T][T]: no score is lower.</param>
/// <param name="Value">[T][T]: the scores as read from the colours.</param>
/// <param name="Hi">[T][T]: no score is higher.</param>
/// <param name="Attention">[T][T]: the attention as read from the colours.</param>
internal sealed record Heatmaps(float[][] Lo, float[][] Value, float[][] Hi, float[][] Attention)
{
    /// <summary>
    /// How exactly the attention can be read: half a colour step (0.0020), a rounding to bfloat16 below 1 (0.0020), and what a norm before it moves
    /// whose root was rounded once more, as by libtorch 2.10 and perhaps where the picture was made (0.0034, measured on micro).
    /// </summary>
    public const double AttentionPrecision = 0.0075;

    /// <summary>The fact that the scores are those of the picture.</summary>
    public const string Scores = "heatmap.qk_per_token";

    /// <summary>The fact that the attention is that of the picture.</summary>
    public const string Patterns = "heatmap.qk_per_token_after_masking_after_softmax";

    private const string File = "fixtures/article/heatmaps.json";
    private const string Notebook = "llama3-from-scratch";

    /// <summary>What the pictures show, as facts: their values are the maps of the fixture.</summary>
    public static IReadOnlyList<ArticleFact> Facts { get; } =
    [
        new(Scores, Notebook, 50, Map(ArticleSteps.qk_per_token)),
        new(Patterns, Notebook, 54, Map(ArticleSteps.qk_per_token_after_masking_after_softmax)),
    ];

    /// <summary>Reads the fixture.</summary>
    public static Heatmaps Read()
    {
        var (scores, attention) = (Facts[0].Value, Facts[1].Value);
        return new(Rows(scores, "lo"), Rows(scores, "value"), Rows(scores, "hi"), Rows(attention, "value"));
    }

    /// <summary>The numbers of a map.</summary>
    internal static float[][] Rows(JsonElement map, string name) => map.GetProperty(name).Deserialize<float[][]>()!;

    private static JsonElement Map(ArticleStep step) => JsonElement.Parse(Fixtures.Read(File)).GetProperty(step.id);
}
