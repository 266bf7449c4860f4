using System.Buffers;
using System.Runtime.InteropServices;

namespace Llama3.Formats.Engines;

/// <summary>The methods of the managed engine with .NET names, for TorchSharp's tensors: memory in, arrays out.</summary>
/// <remarks>
/// Tensors made here do not belong to a dispose scope: weights and goldens outlive
/// the step that reads them first.
/// </remarks>
internal static class TorchSharpBorder
{
    extension(Tensor)
    {
        /// <summary>A Float32 tensor of values in row-major order: of a mapped file in place, else a copy.</summary>
        public static Tensor FromSingles(ReadOnlyMemory<float> values, ReadOnlySpan<long> shape) => Of(values, shape, ScalarType.Float32);

        /// <summary>A BFloat16 tensor of bits in row-major order: of a mapped file in place, else a copy.</summary>
        public static Tensor FromBFloat16(ReadOnlyMemory<ushort> bits, ReadOnlySpan<long> shape) => Of(bits, shape, ScalarType.BFloat16);

        /// <summary>A Float32 tensor of numbers that take less memory as they are: all of them are expanded.</summary>
        public static Tensor FromPacked(SpanAction<float, long> expand, ReadOnlySpan<long> shape)
        {
            var tensor = torch.empty(shape.ToArray(), dtype: ScalarType.Float32);
            expand(MemoryMarshal.Cast<byte, float>(tensor.bytes), 0);
            return tensor.DetachFromDisposeScope();
        }
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

    private static Tensor Of<T>(ReadOnlyMemory<T> values, ReadOnlySpan<long> shape, ScalarType dtype)
        where T : unmanaged => (Mapped(values, shape, dtype) ?? Filled(values.Span, shape, dtype)).DetachFromDisposeScope();

    /// <summary>
    /// The numbers in place: libtorch maps the file again, and for as long as the tensor lives. Null where the system refuses: it maps so that
    /// it might write to its own copy, which Linux counts as memory.
    /// </summary>
    private static Tensor? Mapped<T>(ReadOnlyMemory<T> values, ReadOnlySpan<long> shape, ScalarType dtype)
        where T : unmanaged
    {
        if (values.IsEmpty || FileNumbers<T>.PlaceOf(values) is not var (path, before)) { return null; }
        try
        {
            using var file = torch.from_file(path, shared: false, size: before + values.Length, dtype);
            using var numbers = file.narrow(0, before, values.Length);
            return numbers.view(shape.ToArray());
        }
        catch (ExternalException)
        {
            return null;
        }
    }

    private static Tensor Filled<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, ScalarType dtype)
        where T : unmanaged
    {
        var tensor = torch.empty(shape.ToArray(), dtype: dtype);
        MemoryMarshal.AsBytes(values).CopyTo(tensor.bytes);
        return tensor;
    }
}
