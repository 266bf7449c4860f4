using Llama3.Checking.Reading;
using Llama3.Checking.Roundings;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Fitting;

/// <summary>
/// How often a result may be computed anew to find out what is wrong with it. On a micro model it is often; on a large one, or where whole layers
/// lie between what was dumped, seldom.
/// </summary>
internal static class Work
{
    /// <summary>Multiplications that may be spent on one result: about a second's worth.</summary>
    private const double Most = 3e9;

    /// <summary>How many times are enough: all known mistakes may be tried once more, with some room.</summary>
    private const int Enough = 250;

    /// <summary>What it takes to compute a step, however small it is.</summary>
    private const double PerStep = 3e5;

    /// <summary>Whether a result may be computed often enough to fit a number to it, or to try places and combinations.</summary>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="step">The step.</param>
    /// <param name="between">Results between the dumped inputs and this one, which are computed with it.</param>
    public static bool IsLittle(DumpedRun dump, ArticleStep step, IReadOnlyList<Input> between) => MostTimes(dump, step, between) >= Enough;

    /// <summary>How many times a result may be computed.</summary>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="step">The step.</param>
    /// <param name="between">Results between the dumped inputs and this one, which are computed with it.</param>
    public static int MostTimes(DumpedRun dump, ArticleStep step, IReadOnlyList<Input> between)
    {
        var (model, steps) = (dump.Checkpoint.Params, between.Select(input => input.Step!).Append(step).ToList());
        var products = steps.Count(one => PortArithmetic.MultipliesByWeights(one) && one != ArticleSteps.logits);
        var logits = steps.Contains(ArticleSteps.logits) ? (double)model.vocab_size * model.dim : 0;
        return (int)(Most / ((PerStep * steps.Count) + ((double)model.dim * model.dim * dump.Tokens * products) + logits));
    }
}
