using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>The border to .NET: memory in, arrays out.</content>
    public sealed partial class Tensor
    {
        /// <summary>A Float32 tensor over the given memory, which must not change afterwards.</summary>
        /// <param name="values">In row-major order.</param>
        /// <param name="shape">As many elements as there are values.</param>
        /// <exception cref="ArgumentException">Shape and values do not match.</exception>
        public static Tensor FromSingles(ReadOnlyMemory<float> values, ReadOnlySpan<long> shape) => Over(values, shape, ScalarType.Float32);

        /// <summary>A BFloat16 tensor over the given memory (a mapped file, say), which must not change afterwards.</summary>
        /// <param name="bits">In row-major order.</param>
        /// <param name="shape">As many elements as there are bits.</param>
        /// <exception cref="ArgumentException">Shape and bits do not match.</exception>
        public static Tensor FromBFloat16(ReadOnlyMemory<ushort> bits, ReadOnlySpan<long> shape) => Over(bits, shape, ScalarType.BFloat16);

        /// <summary>A Float32 tensor of numbers that take less memory as they are, such as a quantised matrix: they are expanded where they are used.</summary>
        /// <param name="expand">Fills a span with the numbers from a place on, in row-major order. Several threads call it at once.</param>
        /// <param name="shape">The sizes of the dimensions.</param>
        public static Tensor FromPacked(SpanAction<float, long> expand, ReadOnlySpan<long> shape) =>
            new(new PackedStorage(Shapes.ArrayLength(shape), expand), ScalarType.Float32, shape.ToArray(), Shapes.RowMajor(shape), 0);

        /// <summary>A copy in row-major order as float32; a complex number gives two, its real and its imaginary part.</summary>
        public float[] ToSingles()
        {
            if (_storage is Storage<float>) { return Gather<float>([this], _sizes); }
            var result = GC.AllocateUninitializedArray<float>(Shapes.ArrayLength(_sizes));
            if (_storage is PackedStorage packed) { Expand(packed, result); }
            else if (Stored == ScalarType.BFloat16) { Widen(RowMajor<ushort>(), result); }
            else { TensorPrimitives.ConvertTruncating(RowMajor<long>().Span, result.AsSpan()); }
            return result;
        }

        private static void Widen(ReadOnlyMemory<ushort> bits, float[] singles) => ForElements(
            singles.Length, (first, count) => BFloat16Bits.Widen(bits.Span.Slice(first, count), singles.AsSpan(first, count)));

        /// <summary>A copy in row-major order.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not Int64.</exception>
        public long[] ToInt64s() => dtype == ScalarType.Int64
            ? Gather<long>([this], _sizes)
            : throw new InvalidOperationException($"ToInt64s: the tensor is {dtype}; convert it with .to_type(ScalarType.Int64)");

        /// <summary>The single element.</summary>
        /// <typeparam name="T"><c>float</c> for Float32, <c>long</c> for Int64.</typeparam>
        /// <exception cref="ArgumentException">The tensor has no element or several, or T is not their type.</exception>
        public T item<T>()
            where T : unmanaged
        {
            if (numel() != 1) { throw new ArgumentException($"item: {Text} has {numel()} elements, not one"); }
            return (dtype, typeof(T)) switch
            {
                (ScalarType.Int64, var type) when type == typeof(long) => Unsafe.BitCast<long, T>(ToInt64s()[0]),
                (ScalarType.Float32, var type) when type == typeof(float) => Unsafe.BitCast<float, T>(ToSingles()[0]),
                _ => throw new ArgumentException($"item: {dtype} is not {typeof(T).Name}; convert it, as in .to_type(float32).item<float>()"),
            };
        }

        /// <summary>A tensor over memory in row-major order.</summary>
        internal static Tensor Over<T>(ReadOnlyMemory<T> elements, ReadOnlySpan<long> shape, ScalarType dtype)
            where T : unmanaged
        {
            var needed = Shapes.ArrayLength(shape, PerElement(dtype));
            if (needed != elements.Length)
            {
                throw new ArgumentException($"shape {Shapes.Text(shape)} needs {needed} values, but there are {elements.Length}");
            }
            return new(new Storage<T>(elements), dtype, shape.ToArray(), Shapes.RowMajor(shape), 0);
        }

        /// <summary>The number of places in memory for one element.</summary>
        private static int PerElement(ScalarType dtype) => dtype == ScalarType.ComplexFloat32 ? 2 : 1;
    }
}
