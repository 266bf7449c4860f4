using System.Globalization;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>The enhanced notebook's first experiment.</summary>
internal sealed class TopK : Experiment
{
    public override string Name => "top-k";

    public override string Question => "what else might come next, and how likely is it?";

    public override IEnumerable<string> Lines(Setting setting)
    {
        using var walk = setting.Walk();
        var logits = walk[ArticleSteps.logits, Scope.Article].tensor;
        var probabilities = logits.to_type(float32).softmax(-1).ToSingles();
        return Columns.Of([["next token", "id", "score", "probability"], .. Prediction.Top(logits, 10).Select(Row)]);

        string[] Row(Prediction next) =>
        [
            Prediction.Text(setting.Checkpoint.tokenizer, next.Token),
            $"{next.Token}",
            next.Score.ToString("F4", CultureInfo.InvariantCulture),
            probabilities[next.Token].ToString(probabilities[next.Token] < 0.0001 ? "0.0e-0" : "F4", CultureInfo.InvariantCulture),
        ];
    }
}
