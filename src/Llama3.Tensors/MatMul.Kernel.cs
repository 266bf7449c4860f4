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
            Func<Tensor, Tensor, Tensor> multiply = (left.dtype, width) switch
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
            var columns = right.transpose(1, 2);
            return multiply(left, columns._sizes[2] > 1 && columns._strides[2] != 1 ? columns.contiguous() : columns);
        }

        /// <summary>Where all matrices meet the same x, they are multiplied as one; else one after the other.</summary>
        private static Tensor Multiply<TSimd, TVector, TElement>(Tensor x, Tensor columns)
            where TSimd : struct, ISimd<TVector, TElement>
            where TVector : unmanaged
            where TElement : unmanaged
        {
            long[] shape = [x._sizes[0], x._sizes[1], columns._sizes[1]];
            var result = new TElement[Shapes.ArrayLength(shape)];
            var matrices = result is [] || columns._sizes[2] == 0 ? 0 : (int)shape[0];
            var together = x._strides[0] == 0 ? matrices : 1;
            for (var first = 0; first < matrices; first += together)
            {
                var part = result.Length / matrices;
                var weights = columns.AsWeights<TElement>(first, together);
                Multiply<TSimd, TVector, TElement>(x[first], weights, result.AsMemory(first * part, together * part));
            }

            return Over<TElement>(result, shape, x.dtype);
        }

        private static void Multiply<TSimd, TVector, TElement>(Tensor x, Weights<TElement> weights, Memory<TElement> result)
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
