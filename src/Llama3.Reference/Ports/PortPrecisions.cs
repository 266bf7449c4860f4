namespace Llama3.Reference.Ports;

/// <summary>Finds out what a port computed in: from its numbers, since many write everything as float32.</summary>
internal static class PortPrecisions
{
    private const int Enough = 3;

    /// <summary>The lowest precision that holds, without loss, all of the first few results that bfloat16 would have rounded.</summary>
    public static PortPrecision Detect(PortDump dump)
    {
        var rounded = dump.Tensors.Where(tensor => Rounds(tensor.Step)).Take(Enough).Select(tensor => tensor.Read().ToSingles()).ToList();
        return rounded.Count == 0 ? PortPrecision.fp32
            : rounded.TrueForAll(numbers => Array.TrueForAll(numbers, IsBFloat16)) ? PortPrecision.bf16
            : rounded.TrueForAll(numbers => Array.TrueForAll(numbers, IsHalf)) ? PortPrecision.fp16
            : PortPrecision.fp32;
    }

    /// <summary>Not the weights and what is copied from them: those are bfloat16 in the file.</summary>
    private static bool Rounds(ArticleStep step) =>
        step.dtype == bfloat16 && step.shape.Names[0] == "T" && step != ArticleSteps.token_embeddings_unnormalized;

    private static bool IsBFloat16(float number) => float.IsNaN(number) || (BitConverter.SingleToUInt32Bits(number) & 0xFFFF) == 0;

    private static bool IsHalf(float number) => float.IsNaN(number) || (float)(Half)number == number;
}
