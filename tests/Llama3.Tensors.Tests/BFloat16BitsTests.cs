namespace Llama3.Tensors.Tests;

/// <summary>Random numbers and special values are in TorchTests (to_type).</summary>
public sealed class BFloat16BitsTests
{
    private static readonly ushort[] AllBits = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];

    [Fact]
    public void All_patterns_come_back()
    {
        var values = new float[AllBits.Length];
        var bits = new ushort[AllBits.Length];

        BFloat16Bits.Widen(AllBits, values);
        BFloat16Bits.Round(values, bits);

        for (var i = 0; i < AllBits.Length; i++)
        {
            var wanted = float.IsNaN(values[i]) ? AllBits[i] | 0x40 : AllBits[i];
            if (bits[i] != wanted) { bits[i].Should().Be((ushort)wanted, "that is pattern {0:X4}", i); }
        }
    }

    [Fact]
    public void Widening_puts_the_bits_in_the_upper_half()
    {
        var values = new float[AllBits.Length];
        BFloat16Bits.Widen(AllBits, values);
        for (var i = 0; i < AllBits.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(values[i]) != i << 16)
            {
                values[i].Should().Be(BitConverter.Int32BitsToSingle(i << 16));
            }
        }
    }

    [Theory]
    [InlineData(0x3F800000u, 0x3F80)] // 1
    [InlineData(0x3F808000u, 0x3F80)] // halfway, the lower one is even
    [InlineData(0x3F818000u, 0x3F82)] // halfway, the upper one is even
    [InlineData(0x3F808001u, 0x3F81)] // just above halfway
    [InlineData(0x7F7FFFFFu, 0x7F80)] // the largest float32 becomes infinite
    [InlineData(0x00000001u, 0x0000)] // the smallest becomes zero
    [InlineData(0x00008001u, 0x0001)] // but a denormal may stay one
    [InlineData(0x7F800001u, 0x7FC0)] // a NaN whose upper half looks infinite stays NaN
    [InlineData(0xFFFFFFFFu, 0xFFFF)] // and adding to the largest NaN must not wrap round
    public void Rounds_to_nearest_even(uint word, ushort expected)
    {
        var bits = new ushort[1];
        BFloat16Bits.Round([BitConverter.UInt32BitsToSingle(word)], bits);
        bits[0].Should().Be(expected);
    }

    [Fact]
    public void Lengths_must_agree()
    {
        var round = () => BFloat16Bits.Round(new float[3], new ushort[2]);
        var widen = () => BFloat16Bits.Widen(new ushort[3], new float[4]);
        round.Should().Throw<ArgumentException>().WithMessage("3 values do not go into 2 places");
        widen.Should().Throw<ArgumentException>().WithMessage("3 values do not go into 4 places");
    }
}
