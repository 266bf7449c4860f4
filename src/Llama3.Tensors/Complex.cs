namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Pairs of float32 seen as complex numbers, and back.</content>
    public sealed partial class Tensor
    {
        /// <summary>[..., 2] Float32 seen as [...] complex numbers; shares the memory.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not Float32, or its last dimension is not such a pair.</exception>
        public Tensor view_as_complex()
        {
            if (dtype != ScalarType.Float32)
            {
                throw new InvalidOperationException($"view_as_complex: a {dtype} must be converted with .to_type(ScalarType.Float32)");
            }
            if (_sizes is not [.., 2] || _strides[^1] != 1 || _strides[..^1].Append(_offset).Any(step => step % 2 != 0))
            {
                throw new InvalidOperationException(
                    $"view_as_complex: {Text} with strides {Shapes.Text(_strides)}: the last dimension must be 2, its two numbers "
                    + "side by side; try .reshape(..., -1, 2) or .contiguous()");
            }

            return Stored == dtype
                ? new(_storage, ScalarType.ComplexFloat32, _sizes[..^1], [.. _strides[..^1].Select(step => step / 2)], _offset / 2)
                : Widened().view_as_complex();
        }

        /// <summary>[...] complex numbers seen as [..., 2] Float32: the real and the imaginary part; shares the memory.</summary>
        /// <exception cref="InvalidOperationException">The tensor is not complex.</exception>
        public Tensor view_as_real() => dtype == ScalarType.ComplexFloat32
            ? new(_storage, ScalarType.Float32, [.. _sizes, 2], [.. _strides.Select(step => step * 2), 1], _offset * 2)
            : throw new InvalidOperationException($"view_as_real: the tensor is {dtype}, not complex");

        /// <summary>(a + bi)(c + di) = (ac - bd) + (ad + bc)i, the parts interleaved.</summary>
        private static void MultiplyComplex(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> result)
        {
            for (var i = 0; i < result.Length; i += 2)
            {
                var (a, b, c, d) = (left[i], left[i + 1], right[i], right[i + 1]);
                (result[i], result[i + 1]) = ((a * c) - (b * d), (a * d) + (b * c));
            }
        }
    }

    /// <summary>Complex numbers of the given lengths and angles: abs · (cos angle + i sin angle).</summary>
    /// <param name="abs">Float32.</param>
    /// <param name="angle">Float32, in radians; its shape broadcasts with that of <paramref name="abs"/>.</param>
    /// <exception cref="InvalidOperationException">A tensor is not Float32.</exception>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor polar(Tensor abs, Tensor angle) => (abs.dtype, angle.dtype) is (ScalarType.Float32, ScalarType.Float32)
        ? stack([abs * angle.cos(), abs * angle.sin()], -1).view_as_complex()
        : throw new InvalidOperationException($"polar: lengths and angles must be Float32, these are {abs.dtype} and {angle.dtype}");
}
