namespace Llama3.Checking.Goldens;

/// <summary>The order of the precisions.</summary>
internal static class Coarseness
{
    /// <summary>From the finest to the coarsest.</summary>
    public static PortPrecision[] FromFineToCoarse { get; } = [PortPrecision.fp32, PortPrecision.fp16, PortPrecision.bf16, PortPrecision.q8];

    /// <summary>The place of a precision in this order.</summary>
    public static int Of(PortPrecision precision) => Array.IndexOf(FromFineToCoarse, precision);
}
