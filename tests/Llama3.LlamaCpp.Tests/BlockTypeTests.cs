using Llama3.Formats.Gguf.Blocks;

namespace Llama3.LlamaCpp.Tests;

/// <summary>Blocks of quantised numbers are read as ggml reads them, and made as it makes them.</summary>
public sealed class BlockTypeTests
{
    /// <summary>Types whose blocks ggml finds without a search for the best scales.</summary>
    private static readonly string[] Simple = ["F16", "Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0"];

    /// <summary>Our blocks of the other types are up to a tenth coarser.</summary>
    private const double AtMost = 1.15;

    public static TheoryData<string> Types => [.. BlockType.All.Select(type => type.Name)];

    public static TheoryData<string> Packed => [.. BlockPacker.All.Select(packer => packer.Type.Name)];

    [SkippableTheory(DisplayName = "ggml reads the same numbers from blocks, to the bit:"), MemberData(nameof(Types))]
    public void Read_alike(string name)
    {
        LlamaCppLibrary.SkipWhereItDoesNotLoad();
        var type = BlockType.All.Single(type => type.Name == name);
        Ggml.Type(type.Id).Should().Be((name.ToLowerInvariant().Replace("_k", "_K", StringComparison.Ordinal), type.Size, type.Bytes));
        ShouldReadAlike(type, Ggml.Packed(type.Id, Numbers(256 * 64)));
        // Any bytes: scales that no quantisation finds too, such as NaN.
        var bytes = new byte[type.Bytes * 4096];
        new Random(1).NextBytes(bytes);
        ShouldReadAlike(type, bytes);
    }

    [SkippableTheory(DisplayName = "our blocks are ggml's, and where it searches for the best scales, nearly as good:"), MemberData(nameof(Packed))]
    public void Packed_alike(string name)
    {
        LlamaCppLibrary.SkipWhereItDoesNotLoad();
        var (packer, numbers) = (BlockPacker.All.Single(packer => packer.Type.Name == name), Numbers(256 * 64));
        var (ours, theirs) = (packer.Pack(numbers), Ggml.Packed(packer.Type.Id, numbers));
        if (Simple.Contains(name))
        {
            ours.Should().Equal(theirs);
            return;
        }
        Error(Ggml.Expanded(packer.Type.Id, ours), numbers).Should().BeLessThan(AtMost * Error(Ggml.Expanded(packer.Type.Id, theirs), numbers));
    }

    private static void ShouldReadAlike(BlockType type, byte[] blocks)
    {
        var ours = new float[blocks.Length / type.Bytes * type.Size];
        type.Expand(blocks, ours);
        ours.Select(Bits).Should().Equal(Ggml.Expanded(type.Id, blocks).Select(Bits));
    }

    /// <summary>Any NaN is as good as another.</summary>
    private static int Bits(float value) => BitConverter.SingleToInt32Bits(float.IsNaN(value) ? float.NaN : value);

    /// <summary>Sums of random numbers, as weights are, in blocks of all sizes; then zeros and a block of one number.</summary>
    private static float[] Numbers(int count)
    {
        var random = new Random(2);
        var numbers = Enumerable.Range(0, count)
            .Select(i => (float)(Math.Exp((i / 256 % 16) - 12) * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))).ToArray();
        numbers.AsSpan(0, 256).Clear();
        numbers.AsSpan(256, 256).Fill(0.7f);
        return numbers;
    }

    /// <summary>The root of the sum of the squares.</summary>
    private static double Error(float[] values, float[] right) =>
        Math.Sqrt(values.Zip(right, (value, number) => Math.Pow(value - (double)number, 2)).Sum());
}
