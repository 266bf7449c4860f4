namespace Llama3.Tensors.Products;

/// <summary>Where sums are written: as they are, or rounded to bfloat16 at once. Several threads write to places of their own.</summary>
/// <param name="singles">As they are; empty if they are rounded.</param>
/// <param name="bits">Rounded; empty if they are not.</param>
internal readonly struct Results(Memory<float> singles, Memory<ushort> bits)
{
    /// <summary>Writes sums that are side by side.</summary>
    public void Write(ReadOnlySpan<float> sums, long place)
    {
        if (bits.IsEmpty) { sums.CopyTo(singles.Span[(int)place..]); }
        else { BFloat16Bits.Round(sums, bits.Span.Slice((int)place, sums.Length)); }
    }
}
