using System.Runtime.Intrinsics;
using Llama3.Tensors.Products;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>From tensors to the kernel of the matrix products, see <see cref="Multiplication{TSimd, TVector, TElement}"/>.</content>
    public sealed partial class Tensor
    {
        /// <summary>[B, M, K] x [B, K, N] = [B, M, N].</summary>
        internal static Tensor Product(Tensor left, Tensor right, VectorWidth width)
        {
            long[] shape = [left._sizes[0], left._sizes[1], right._sizes[2]];
            var result = new float[Shapes.ArrayLength(shape)];
            var columns = right.transpose(1, 2);
            if (columns._sizes[2] > 1 && columns._strides[2] != 1) { columns = columns.contiguous(); }
            if (result.Length > 0 && left._sizes[2] > 0) { Multiply(left, columns, result, width); }
            return Over<float>(result, shape, ScalarType.Float32).to_type(left.dtype);
        }

        private static void Multiply(Tensor x, Tensor columns, Memory<float> result, VectorWidth width)
        {
            Action<Tensor, Tensor, Memory<float>> multiply = (x.dtype, width) switch
            {
                (ScalarType.BFloat16, VectorWidth.Bits512) => Multiply<Simd512, Vector512<float>, ushort>,
                (ScalarType.BFloat16, VectorWidth.Bits256) => Multiply<Simd256, Vector256<float>, ushort>,
                (ScalarType.BFloat16, VectorWidth.Bits128) => Multiply<Simd128, Vector128<float>, ushort>,
                (ScalarType.BFloat16, _) => Multiply<Simd32, float, ushort>,
                (_, VectorWidth.Bits512) => Multiply<Simd512, Vector512<float>, float>,
                (_, VectorWidth.Bits256) => Multiply<Simd256, Vector256<float>, float>,
                (_, VectorWidth.Bits128) => Multiply<Simd128, Vector128<float>, float>,
                _ => Multiply<Simd32, float, float>,
            };
            multiply(x, columns, result);
        }

        /// <summary>Where all matrices meet the same x, they are multiplied as one; else one after the other.</summary>
        private static void Multiply<TSimd, TVector, TElement>(Tensor x, Tensor columns, Memory<float> result)
            where TSimd : struct, ISimd<TVector, TElement>
            where TVector : unmanaged
            where TElement : unmanaged
        {
            var matrices = (int)x._sizes[0];
            var together = x._strides[0] == 0 ? matrices : 1;
            var part = result.Length / matrices * together;
            for (var first = 0; first < matrices; first += together)
            {
                var weights = columns.AsWeights<TElement>(first, together);
                Multiply<TSimd, TVector, TElement>(x[first], weights, result.Slice(first / together * part, part));
            }
        }

        private static void Multiply<TSimd, TVector, TElement>(Tensor x, Weights<TElement> weights, Memory<float> result)
            where TSimd : struct, ISimd<TVector, TElement>
            where TVector : unmanaged
            where TElement : unmanaged
        {
            var rows = (int)x._sizes[0];
            using var panel = new Panel<TElement>(x.RowMajor<TElement>().Span, rows, weights.K, 2 * TSimd.Count, TSimd.MaxRows);
            var product = new Multiplication<TSimd, TVector, TElement>(panel, rows, weights, result);
            ForBlocks(weights.Groups, (long)result.Length * weights.K, product.Run);
        }

        /// <summary>Some of the matrices of a stack, whose rows have no gaps.</summary>
        private Weights<TElement> AsWeights<TElement>(int first, int count)
            where TElement : unmanaged => new(
                Elements<TElement>(),
                _offset + (first * _strides[0]),
                _strides[0],
                _strides[1],
                count,
                (int)_sizes[1],
                (int)_sizes[2]);
    }
}
