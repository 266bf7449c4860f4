namespace Llama3.Checking.Tests.Reports;

/// <summary>The block rope_scaling of Llama 3.1 and later.</summary>
/// <param name="Factor">By how much slow pairs are slowed down.</param>
/// <param name="Low">A pair is slow if it turns fewer times than this within the context.</param>
/// <param name="High">A pair is fast if it turns more often than this within the context.</param>
/// <param name="Context">The context of the model before it was made longer.</param>
internal sealed record PlainScaling(double Factor, double Low, double High, double Context)
{
    /// <summary>A frequency, scaled.</summary>
    public double Of(double frequency)
    {
        var turns = Context * frequency / (2 * Math.PI);
        if (turns < Low) { return frequency / Factor; }
        if (turns > High) { return frequency; }
        var kept = (turns - Low) / (High - Low);
        return (kept * frequency) + ((1 - kept) * frequency / Factor);
    }
}
