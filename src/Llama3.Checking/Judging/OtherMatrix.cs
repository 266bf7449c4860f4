using Llama3.Checking.Reading;
using Llama3.Reference;

namespace Llama3.Checking.Judging;

/// <summary>
/// Tells logits of an output matrix that has nothing to do with the model's, such as one that was never loaded. Its rule: their input is dumped, and they
/// are no nearer to the right ones than random numbers are, in whatever order.
/// </summary>
internal static class OtherMatrix
{
    /// <summary>How many times what chance gives the cosine of the angle to the right logits may be.</summary>
    private const double Chance = 5;

    /// <summary>How far the sorted logits must be from the sorted right ones: logits in another order are not of another matrix.</summary>
    private const double Apart = 0.1;

    /// <summary>What the logits are; null if they are related to the right ones, or the result is another one.</summary>
    public static string? Of(DumpedRun dump, JudgedResult result)
    {
        if (result.Step != ArticleSteps.logits || result.Verdict != Verdict.WrongHere || result.Problem is not null) { return null; }
        var actual = Centred(dump.Seen(result.Step, result.Scope));
        using var replay = new Replay(dump, new Goldens.PortTolerances(dump.Golden.Model.Manifest, Goldens.PortPrecision.fp32));
        var right = Centred(dump.Seen(result.Step, result.Scope, replay.Result(result.Step, result.Scope)));
        if (!(Math.Abs(Cosine(actual, right)) <= Chance / Math.Sqrt(actual.Length)) || !(Distance([.. actual.Order()], [.. right.Order()]) > Apart)) { return null; }
        return "the product with another matrix, which has nothing in common with the model's output matrix"
            + (dump.Checkpoint.Params.tie_word_embeddings ? ": that is the embedding table (tied), which lm_head must be set to; was it left as it was created?" : "; was it never loaded?");
    }

    private static double[] Centred(Tensor logits)
    {
        var numbers = logits.ToSingles();
        var mean = numbers.Average(number => (double)number);
        return [.. numbers.Select(number => number - mean)];
    }

    private static double Cosine(double[] one, double[] other) => Dot(one, other) / Math.Sqrt(Dot(one, one) * Dot(other, other));

    private static double Distance(double[] one, double[] other) => Math.Sqrt(one.Zip(other, (a, b) => (a - b) * (a - b)).Sum() / Dot(other, other));

    private static double Dot(double[] one, double[] other) => one.Zip(other, (a, b) => a * b).Sum();
}
