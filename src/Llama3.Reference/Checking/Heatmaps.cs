using System.Text.Json;

namespace Llama3.Reference.Checking;

/// <summary>fixtures/article/heatmaps.json: layer 0, head 0 of Meta-Llama-3-8B, recovered from the pictures in the notebook.</summary>
/// <param name="Lo">[T][T]: no score lies below.</param>
/// <param name="Value">[T][T]: the scores as read from the colours.</param>
/// <param name="Hi">[T][T]: no score lies above.</param>
/// <param name="Attention">[T][T]: the attention as read from the colours.</param>
public sealed record Heatmaps(float[][] Lo, float[][] Value, float[][] Hi, float[][] Attention)
{
    /// <summary>How exactly the attention can be read: half a colour step (0.0020), and a rounding to bfloat16 below 1 (0.0020).</summary>
    public const double AttentionPrecision = 0.004;

    /// <summary>Reads the fixture.</summary>
    public static Heatmaps Read()
    {
        using var json = JsonDocument.Parse(Fixtures.Read("fixtures/article/heatmaps.json"));
        var scores = json.RootElement.GetProperty(ArticleSteps.qk_per_token.id);
        var attention = json.RootElement.GetProperty(ArticleSteps.qk_per_token_after_masking_after_softmax.id);
        return new(Rows(scores, "lo"), Rows(scores, "value"), Rows(scores, "hi"), Rows(attention, "value"));

        static float[][] Rows(JsonElement map, string name) => map.GetProperty(name).Deserialize<float[][]>()!;
    }
}
