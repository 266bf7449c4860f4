using Llama3.Checking.Goldens;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Llama3.Checking.Roundings;

/// <summary>
/// Whole numbers of 8 bits, and for each block of neighbours in a row a number that they are multiplied by: what engines with quantised weights make of
/// the other input of a product. Named as in ggml.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Size">How many numbers a block has; 0 for a whole row.</param>
/// <param name="Round">Rounds the numbers of a block, in place.</param>
internal sealed record NarrowBlocks(string Name, int Size, Action<Span<float>> Round) : NarrowType(Name, PortPrecision.q8)
{
    private const int Most = 127;
    private const int WholeRow = 0;

    /// <summary>32 numbers, and their largest over 127 as float16: for weights in Q8_0, Q5_0 and Q4_0.</summary>
    public static NarrowBlocks Q8_0 { get; } = new("Q8_0", 32, OfHalf);

    /// <summary>
    /// The same, for weights in Q5_1 and Q4_1. The least weight of a block is multiplied by the sum of the block's numbers, which is rounded to float16, by up to
    /// 2^-11 of it. That weight may be some times as large as the one of an outlier: llama.cpp reached 1.1e-3 on SmolLM2-135M, and mostly 1e-4.
    /// </summary>
    public static NarrowBlocks Q8_1 { get; } = Q8_0 with { Name = "Q8_1", Remainder = 2e-3 };

    /// <summary>Blocks that other engines make, or rows: they keep float32s.</summary>
    public static IReadOnlyList<NarrowBlocks> WithSingleScales { get; } =
    [
        .. new[] { 32, 64, 128 }.Select(size => new NarrowBlocks($"8-bit numbers in blocks of {size}", size, OfSingle)),
        new NarrowBlocks("8-bit numbers, scaled by row", WholeRow, OfSingle),
    ];

    /// <summary>256 numbers, and a float32: for weights in k-quants.</summary>
    public static NarrowBlocks Q8_K { get; } = new("Q8_K", 256, OfSingle);

    /// <summary>The rounded numbers; where rows have no whole number of blocks, the tensor as it is.</summary>
    public override Tensor Of(Tensor tensor)
    {
        var row = (int)tensor.shape[^1];
        var size = Size == WholeRow ? row : Size;
        if (row % size != 0) { return tensor; }
        var numbers = tensor.ToSingles();
        for (var at = 0; at < numbers.Length; at += size) { Round(numbers.AsSpan(at, size)); }
        return Tensor.FromSingles(numbers, tensor.shape);
    }

    private static void OfHalf(Span<float> block)
    {
        var largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(block));
        Scale(block, largest == 0 ? 0 : Most / largest, (float)(Half)(largest / Most));
    }

    private static void OfSingle(Span<float> block)
    {
        var largest = TensorPrimitives.MaxMagnitude<float>(block);
        var scale = largest == 0 ? 0 : -Most / largest;
        Scale(block, scale, scale == 0 ? 0 : 1 / scale);
    }

    private static void Scale(Span<float> block, float up, float down)
    {
        foreach (ref var number in block) { number = MathF.Round(number * up) * down; }
    }
}
