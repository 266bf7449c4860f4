using System.Globalization;
using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>The base of the rotations: Llama 2 had 10,000, Llama 3 has 500,000.</summary>
internal sealed class RopeTheta : Experiment
{
    private const int Position = 3;
    private static readonly double[] Thetas = [100, 10_000, 500_000, 10_000_000];

    public override string Name => "rope-theta";

    public override string Question => "what does rope_theta change, and what if a model is run with another one than it learnt with?";

    public override IEnumerable<string> Lines(Setting setting)
    {
        using var right = setting.Walk();
        var rows = Thetas.Append(right.config.rope_theta).Distinct().Order().Select(theta => Row(setting, right, theta));
        return Columns.Of([["rope_theta", "fastest pair turns once in", "slowest pair in", "most likely next", "score", "distance"], .. rows]);
    }

    /// <summary>One row of freqs_cis: how far each pair has turned at position 3.</summary>
    public override string Picture(Setting setting)
    {
        using var walk = setting.Walk();
        var numbers = Rope.freqs_cis(Rope.freqs_for_each_token(torch.arange(Position, Position + 1), walk[ArticleSteps.freqs, Scope.Article].tensor));
        return UnitCircle.Draw($"freqs_cis[{Position}]", numbers.ToSingles());
    }

    private static string[] Row(Setting setting, Walk right, double theta)
    {
        var freqs = Rope.freqs(Rope.zero_to_one(right.config.head_dim / 2), theta, right.config.rope_scaling);
        using var walk = right.With(new Dictionary<ArticleStep, Func<Values, StepResult>> { [ArticleSteps.freqs] = _ => freqs });
        var next = Prediction.Top(walk[ArticleSteps.logits, Scope.Article].tensor, 1)[0];
        var speeds = freqs.ToSingles();
        return
        [
            theta.ToString("N0", CultureInfo.InvariantCulture), Turn(speeds[0]), Turn(speeds[^1]),
            Prediction.Text(setting.Checkpoint.tokenizer, next.Token), next.Score.ToString("F2", CultureInfo.InvariantCulture),
            Changes.Distance(right, walk).ToString("F2", CultureInfo.InvariantCulture),
        ];
    }

    /// <summary>Radians per position, as positions per turn.</summary>
    private static string Turn(float speed) => string.Create(CultureInfo.InvariantCulture, $"{2 * Math.PI / speed:N0} tokens");
}
