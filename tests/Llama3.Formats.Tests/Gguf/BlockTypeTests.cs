using System.Buffers.Binary;
using Llama3.Formats.Gguf.Blocks;
using Llama3.Formats.Safetensors;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>
/// Blocks that ggml made (llama-cpp-python 0.3.36), and the numbers that its <c>to_float</c> gives for them; gguf-py 0.19 gives the same bits.
/// For each type blocks.safetensors has two rows of 512 numbers: one with outliers, one with zeros and a block of positive numbers.
/// </summary>
public sealed class BlockTypeTests
{
    private static readonly Dictionary<string, Tensor> Rows =
        SafetensorsFile.ReadAll(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Gguf", "blocks.safetensors")), "blocks.safetensors").ToDictionary();

    public static TheoryData<string> Types => [.. BlockType.All.Select(type => type.Name)];

    [Fact(DisplayName = "block types: those of ggml that are known here")]
    public void Known() => BlockType.All.Select(type => $"{type.Id} {type}: {type.Size} in {type.Bytes}").Should().Equal(
        "1 F16: 1 in 2", "2 Q4_0: 32 in 18", "3 Q4_1: 32 in 20", "6 Q5_0: 32 in 22", "7 Q5_1: 32 in 24", "8 Q8_0: 32 in 34",
        "10 Q2_K: 256 in 84", "11 Q3_K: 256 in 110", "12 Q4_K: 256 in 144", "13 Q5_K: 256 in 176", "14 Q6_K: 256 in 210");

    [Theory(DisplayName = "block types: ggml's numbers, to the bit:"), MemberData(nameof(Types))]
    public void Whole_blocks(string name)
    {
        var (type, blocks, expected) = Case(name);
        var values = new float[expected.Length];
        type.Expand(blocks, values);
        ShouldBe(values, expected, "all");
    }

    [Theory(DisplayName = "block types: any range has the same numbers:"), MemberData(nameof(Types))]
    public void Ranges(string name)
    {
        var (type, blocks, expected) = Case(name);
        int[] places = [0, 1, 31, 32, 33, 100, 255, 256, 257, 300, 511, 512, 513, 700, 1000, 1023, 1024];
        foreach (var (begin, end) in places.SelectMany(begin => places.Where(end => end >= begin), (begin, end) => (begin, end)))
        {
            var values = new float[end - begin];
            PackedBlocks.Expand(type, blocks, begin, values);
            ShouldBe(values, expected.AsSpan(begin, end - begin), $"{begin} to {end}");
        }
    }

    [Theory(DisplayName = "block types: a scale that is infinite or not a number gives such numbers, no error:"), MemberData(nameof(Types))]
    public void Bad_scales(string name)
    {
        var type = Case(name).Type;
        var blocks = new byte[type.Bytes];
        for (var at = 0; at + 1 < blocks.Length; at += 2) { BinaryPrimitives.WriteHalfLittleEndian(blocks.AsSpan(at), Half.NaN); }
        var values = new float[type.Size];
        type.Expand(blocks, values);
        values.Should().OnlyContain(value => float.IsNaN(value));
    }

    private static (BlockType Type, byte[] Blocks, float[] Expected) Case(string name) => (
        BlockType.All.Single(type => type.Name == name),
        Array.ConvertAll(Rows[$"{name}.raw"].ToInt64s(), value => (byte)value),
        Rows[$"{name}.float32"].ToSingles());

    private static void ShouldBe(ReadOnlySpan<float> values, ReadOnlySpan<float> expected, string which)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(values[i]) != BitConverter.SingleToInt32Bits(expected[i]))
            {
                Assert.Fail($"{which}: number {i} is {values[i]:R}, ggml has {expected[i]:R}");
            }
        }
        values.Length.Should().Be(expected.Length);
    }
}
