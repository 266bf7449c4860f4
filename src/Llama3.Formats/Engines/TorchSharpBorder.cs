using System.Runtime.InteropServices;

namespace Llama3.Formats.Engines;

/// <summary>The methods of the managed engine with .NET names, for TorchSharp's tensors: memory in, arrays out.</summary>
/// <remarks>
/// The only file that is written for TorchSharp. Tensors made here do not belong to a dispose scope: weights and goldens outlive
/// the step that reads them first.
/// </remarks>
internal static class TorchSharpBorder
{
    extension(Tensor)
    {
        /// <summary>A Float32 tensor with a copy of the values, in row-major order.</summary>
        public static Tensor FromSingles(ReadOnlyMemory<float> values, ReadOnlySpan<long> shape) =>
            Filled<float>(values.Span, shape, ScalarType.Float32);

        /// <summary>A BFloat16 tensor with a copy of the bits, in row-major order.</summary>
        public static Tensor FromBFloat16(ReadOnlyMemory<ushort> bits, ReadOnlySpan<long> shape) =>
            Filled(bits.Span, shape, ScalarType.BFloat16);
    }

    extension(Tensor tensor)
    {
        /// <summary>A copy in row-major order as float32; a complex number gives two, its real and its imaginary part.</summary>
        public float[] ToSingles()
        {
            using var scope = torch.NewDisposeScope();
            var real = tensor.dtype == ScalarType.ComplexFloat32 ? torch.view_as_real(tensor) : tensor;
            return MemoryMarshal.Cast<byte, float>(real.to_type(ScalarType.Float32).contiguous().bytes).ToArray();
        }

        /// <summary>A copy in row-major order.</summary>
        public long[] ToInt64s()
        {
            using var scope = torch.NewDisposeScope();
            return MemoryMarshal.Cast<byte, long>(tensor.contiguous().bytes).ToArray();
        }
    }

    private static Tensor Filled<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, ScalarType dtype)
        where T : unmanaged
    {
        var tensor = torch.empty(shape.ToArray(), dtype: dtype).DetachFromDisposeScope();
        MemoryMarshal.AsBytes(values).CopyTo(tensor.bytes);
        return tensor;
    }
}
