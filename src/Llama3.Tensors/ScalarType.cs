namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>The element types, with TorchSharp's names and numbers.</summary>
    public enum ScalarType
    {
        /// <summary>64-bit integers: tokens, positions, indices.</summary>
        Int64 = 4,

        /// <summary>32-bit floating point.</summary>
        Float32 = 6,

        /// <summary>Complex numbers of two 32-bit floats: the rotations of RoPE.</summary>
        ComplexFloat32 = 9,

        /// <summary>The upper half of a 32-bit float: weights and activations.</summary>
        BFloat16 = 15,
    }

    /// <summary><see cref="ScalarType.Int64"/>.</summary>
    public static readonly ScalarType int64 = ScalarType.Int64;

    /// <summary><see cref="ScalarType.Float32"/>.</summary>
    public static readonly ScalarType float32 = ScalarType.Float32;

    /// <summary><see cref="ScalarType.ComplexFloat32"/>.</summary>
    public static readonly ScalarType complex64 = ScalarType.ComplexFloat32;

    /// <summary><see cref="ScalarType.BFloat16"/>.</summary>
    public static readonly ScalarType bfloat16 = ScalarType.BFloat16;
}
