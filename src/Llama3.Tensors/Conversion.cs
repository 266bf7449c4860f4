using System.Numerics.Tensors;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Conversion between element types.</content>
    public sealed partial class Tensor
    {
        /// <summary>The same numbers in another type; the tensor itself if it already has it.</summary>
        /// <remarks>To BFloat16 rounds to nearest, ties to even; to Int64 drops the fraction. From BFloat16 to Float32 nothing is
        /// copied: every float32 there is a bfloat16, and is widened when it is read.</remarks>
        /// <exception cref="ArgumentException">There is no such type.</exception>
        /// <exception cref="InvalidOperationException">The tensor is complex: use <see cref="view_as_real"/>.</exception>
        public Tensor to_type(ScalarType type)
        {
            if (type == dtype) { return this; }
            if (dtype == ScalarType.ComplexFloat32)
            {
                throw new InvalidOperationException($"to_type: {dtype} to {type} would lose the imaginary parts; use view_as_real");
            }
            if ((dtype, type) is (ScalarType.BFloat16, ScalarType.Float32) || Stored == type)
            {
                return new(_storage, type, _sizes, _strides, _offset);
            }
            return type switch
            {
                ScalarType.BFloat16 => Over<ushort>(Rounded(), _sizes, type),
                ScalarType.Int64 => Over<long>(Truncated(), _sizes, type),
                ScalarType.ComplexFloat32 => Over<float>(WithImaginaryZeros(), _sizes, type),
                ScalarType.Float32 => Over<float>(ToSingles(), _sizes, type),
                _ => throw new ArgumentException($"to_type: there is no dtype {type}"),
            };
        }

        /// <summary>As <see cref="to_type"/>.</summary>
        /// <exception cref="InvalidOperationException">The tensor is complex.</exception>
        public Tensor to(ScalarType type) => to_type(type);

        private ushort[] Rounded()
        {
            var singles = Singles();
            var result = GC.AllocateUninitializedArray<ushort>(singles.Length);
            ForElements(result.Length, (first, count) => BFloat16Bits.Round(singles.Span.Slice(first, count), result.AsSpan(first, count)));
            return result;
        }

        private long[] Truncated()
        {
            var singles = Singles();
            var result = new long[singles.Length];
            TensorPrimitives.ConvertSaturating(singles.Span, result.AsSpan());
            return result;
        }

        private float[] WithImaginaryZeros()
        {
            var reals = Singles().Span;
            var result = new float[Shapes.ArrayLength(_sizes, PerElement(ScalarType.ComplexFloat32))];
            for (var i = 0; i < reals.Length; i++) { result[2 * i] = reals[i]; }
            return result;
        }
    }
}
