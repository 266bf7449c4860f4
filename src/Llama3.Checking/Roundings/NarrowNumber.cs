using Llama3.Checking.Goldens;
using Llama3.Formats.Numbers;

namespace Llama3.Checking.Roundings;

/// <summary>A number of fewer bits than float32.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Class">Which precision its roundings are as coarse as.</param>
/// <param name="Round">Rounds a number.</param>
internal sealed record NarrowNumber(string Name, PortPrecision Class, Func<float, float> Round) : NarrowType(Name, Class)
{
    /// <summary>The bits of float32's mantissa that TF32 does not have: 13 of 23.</summary>
    private const uint BeyondTF32 = 0x1FFF;

    /// <summary>How far right float32 numbers may be apart: they may lie on both sides of the middle between two narrow ones.</summary>
    private const float Apart = 4e-6f;

    /// <summary>float16: ten bits of mantissa, five of exponent.</summary>
    public static NarrowNumber Float16 { get; } = new("float16", PortPrecision.fp16, number => (float)(Half)number);

    /// <summary>bfloat16: seven bits of mantissa, eight of exponent.</summary>
    public static NarrowNumber BFloat16 { get; } = new("bfloat16", PortPrecision.bf16, number => OnBits(number, bits => Nearest(bits, 0xFFFF)));

    /// <summary>TF32: ten bits of mantissa, eight of exponent. Between its largest and smallest numbers float16 has the same ones.</summary>
    public static NarrowNumber TF32 { get; } = new("TF32", PortPrecision.fp16, number => OnBits(number, bits => Nearest(bits, BeyondTF32)));

    /// <summary>TF32 where the last bits are cut off, as the hardware does of itself.</summary>
    public static NarrowNumber CutTF32 { get; } = new("TF32", PortPrecision.fp16, number => OnBits(number, bits => bits & ~BeyondTF32));

    /// <inheritdoc/>
    public override Tensor Of(Tensor tensor) => Tensor.FromSingles(Array.ConvertAll(tensor.ToSingles(), number => Round(number)), tensor.shape);

    /// <summary>The type of 16 bits that numbers are written in; null for another dtype.</summary>
    public static NarrowNumber? Of(Dtype? dtype) => dtype switch
    {
        Dtype.F16 => Float16,
        Dtype.BF16 => BFloat16,
        _ => null,
    };

    /// <summary>
    /// Numbers as they were before they were rounded: where a number is the expected one, rounded, the expected one. Where it is not, it stays.
    /// </summary>
    public Tensor Before(Tensor rounded, Tensor expected)
    {
        var (numbers, wanted) = (rounded.ToSingles(), expected.ToSingles());
        for (var i = 0; i < numbers.Length; i++)
        {
            if (IsFrom(numbers[i], wanted[i])) { numbers[i] = wanted[i]; }
        }
        return rounded.dtype == ScalarType.ComplexFloat32
            ? torch.view_as_complex(Tensor.FromSingles(numbers, [.. rounded.shape, 2]))
            : Tensor.FromSingles(numbers, rounded.shape);
    }

    private bool IsFrom(float rounded, float expected) =>
        Round(expected).Equals(rounded) || Round(expected * (1 + Apart)).Equals(rounded) || Round(expected * (1 - Apart)).Equals(rounded);

    private static float OnBits(float number, Func<uint, uint> change) =>
        float.IsFinite(number) ? BitConverter.UInt32BitsToSingle(change(BitConverter.SingleToUInt32Bits(number))) : number;

    /// <summary>Drops the last bits. Adding just under half of what is dropped carries into the rest if the number is to be rounded up.</summary>
    private static uint Nearest(uint bits, uint dropped) => (bits + (dropped >> 1) + ((bits / (dropped + 1)) & 1)) & ~dropped;
}
