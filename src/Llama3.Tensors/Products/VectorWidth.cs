using System.Runtime.Intrinsics;

namespace Llama3.Tensors.Products;

/// <summary>The number of bits in a vector.</summary>
internal enum VectorWidth
{
    /// <summary>One number.</summary>
    Bits32,

    /// <summary>Arm, or x64 before AVX2.</summary>
    Bits128,

    /// <summary>AVX2.</summary>
    Bits256,

    /// <summary>AVX-512.</summary>
    Bits512,
}

/// <summary>The vectors of this machine.</summary>
internal static class VectorWidths
{
    /// <summary>The widest vector that the hardware computes at full speed.</summary>
    public static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Bits128
        : VectorWidth.Bits32;
}
