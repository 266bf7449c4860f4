using System.Globalization;
using Llama3.Checking.Comparing;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>bfloat16 beside float32, step by step over the layers.</summary>
internal sealed class PrecisionGrowth : Experiment
{
    private static readonly ArticleStep[] Steps =
    [
        ArticleSteps.token_embeddings, ArticleSteps.q_per_token, ArticleSteps.qk_per_token,
        ArticleSteps.qk_per_token_after_masking_after_softmax, ArticleSteps.qkv_attention, ArticleSteps.embedding_after_edit,
        ArticleSteps.output_after_feedforward, ArticleSteps.layer_0_embedding,
    ];

    public override string Name => "precision";

    public override string Question => "how far does bfloat16 stray from float32, and where?";

    public override IEnumerable<string> Lines(Setting setting)
    {
        var errors = Errors(setting, out var logits);
        var layers = errors[0].Length;
        string[] headings = ["rel-L2 of bf16 from fp32", .. Enumerable.Range(0, layers).Select(layer => $"layer {layer}")];
        foreach (var line in Columns.Of([headings, .. Steps.Select((step, row) => Row(step, errors[row]))])) { yield return line; }
        yield return "";
        yield return $"logits: {Text(logits)}";
    }

    /// <summary>The table as lines. What it does not show, such as the last bits of a kernel's path, the picture does not either.</summary>
    public override string Picture(Setting setting)
    {
        var errors = Errors(setting, out _);
        return LineChart.Draw(
            "rel-L2 of bf16 from fp32, by layer",
            [.. Steps.Select((step, row) => (step.id, errors[row].Select(error => Math.Round(error, 4)).ToArray()))]);
    }

    /// <summary>For each step, an error for each layer. A walk forgets a layer that is done, so both go side by side.</summary>
    private static double[][] Errors(Setting setting, out double logits)
    {
        using var rounded = (setting with { Dtype = ScalarType.BFloat16 }).Walk();
        using var full = (setting with { Dtype = ScalarType.Float32 }).Walk();
        var errors = Steps.Select(_ => new double[full.config.n_layers]).ToArray();
        for (var layer = 0; layer < full.config.n_layers; layer++)
        {
            for (var row = 0; row < Steps.Length; row++) { errors[row][layer] = Distance(Steps[row], Scope.Layer(layer)); }
        }
        logits = Distance(ArticleSteps.logits, Scope.Article);
        return errors;

        double Distance(ArticleStep step, Scope scope) => Comparison.DistanceBetween(rounded[step, scope].tensor, full[step, scope].tensor);
    }

    private static string[] Row(ArticleStep step, double[] errors) => [step.id, .. errors.Select(Text)];

    private static string Text(double error) => error.ToString("F4", CultureInfo.InvariantCulture);
}
