using System.Runtime.Intrinsics;
using Llama3.Tensors.Products;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>From tensors to the kernel of the matrix products, see <see cref="Multiplication{TSimd, TVector, TX, TWeight}"/>.</content>
    public sealed partial class Tensor
    {
        /// <summary>[B, M, K] x [B, K, N] = [B, M, N].</summary>
        internal static Tensor Product(Tensor left, Tensor right, VectorWidth width)
        {
            var columns = right.transpose(1, 2);
            if (columns._sizes[2] > 1 && columns._strides[2] != 1) { columns = columns.contiguous(); }
            var product = width switch
            {
                VectorWidth.Bits512 => Multiply<Simd512, Vector512<float>>(left, columns),
                VectorWidth.Bits256 => Multiply<Simd256, Vector256<float>>(left, columns),
                VectorWidth.Bits128 => Multiply<Simd128, Vector128<float>>(left, columns),
                _ => Multiply<Simd32, float>(left, columns),
            };
            return product.to_type(left.dtype);
        }

        private static Tensor Multiply<TSimd, TVector>(Tensor x, Tensor columns)
            where TSimd : struct, ISimd<TVector>, ILoad<TVector, ushort>, ILoad<TVector, float>
            where TVector : unmanaged => (x.Stored, columns.Stored) switch
            {
                (ScalarType.BFloat16, ScalarType.BFloat16) => Multiply<TSimd, TVector, ushort, ushort>(x, columns),
                (_, ScalarType.BFloat16) => Multiply<TSimd, TVector, float, ushort>(x.Widened(), columns),
                _ => Multiply<TSimd, TVector, float, float>(x.Widened(), columns),
            };

        /// <summary>Where all matrices meet the same x, they are multiplied as one; else one after the other.</summary>
        private static Tensor Multiply<TSimd, TVector, TX, TWeight>(Tensor x, Tensor columns)
            where TSimd : struct, ISimd<TVector>, ILoad<TVector, TX>, ILoad<TVector, TWeight>
            where TVector : unmanaged
            where TX : unmanaged
            where TWeight : unmanaged
        {
            long[] shape = [x._sizes[0], x._sizes[1], columns._sizes[1]];
            var result = new float[Shapes.ArrayLength(shape)];
            var matrices = result is [] || columns._sizes[2] == 0 ? 0 : (int)shape[0];
            var together = x._strides[0] == 0 ? matrices : 1;
            for (var first = 0; first < matrices; first += together)
            {
                var part = result.Length / matrices;
                var weights = columns.AsWeights<TWeight>(first, together);
                Multiply<TSimd, TVector, TX, TWeight>(x[first], weights, result.AsMemory(first * part, together * part));
            }

            return Over<float>(result, shape, ScalarType.Float32);
        }

        private static void Multiply<TSimd, TVector, TX, TWeight>(Tensor x, Weights<TWeight> weights, Memory<float> result)
            where TSimd : struct, ISimd<TVector>, ILoad<TVector, TX>, ILoad<TVector, TWeight>
            where TVector : unmanaged
            where TX : unmanaged
            where TWeight : unmanaged
        {
            var rows = (int)x._sizes[0];
            var split = typeof(TX) != typeof(TWeight);
            using var panel = new Panel<TX>(x.RowMajor<TX>().Span, rows, weights.K, 2 * TSimd.Count, TSimd.MaxRows, split);
            var product = new Multiplication<TSimd, TVector, TX, TWeight>(panel, rows, weights, result);
            ForBlocks(weights.Groups, (long)result.Length * weights.K, product.Run);
        }

        /// <summary>Some of the matrices of a stack, whose rows have no gaps.</summary>
        private Weights<TElement> AsWeights<TElement>(int first, int count)
            where TElement : unmanaged => new(
                _storage is PackedStorage ? default : Elements<TElement>(),
                _offset + (first * _strides[0]),
                _strides[0],
                _strides[1],
                count,
                (int)_sizes[1],
                (int)_sizes[2],
                _storage is PackedStorage packed ? packed.Expand : null);
    }
}
