using System.Runtime.Intrinsics;
using Llama3.Tensors.Products;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>From tensors to the kernel of the matrix products, see <see cref="Multiplication{TSimd, TVector, TWeight}"/>.</content>
    public sealed partial class Tensor
    {
        /// <summary>[B, M, K] x [B, K, N] = [B, M, N].</summary>
        internal static Tensor Product(Tensor left, Tensor right, VectorWidth width)
        {
            var columns = right.transpose(1, 2);
            if (columns._sizes[2] > 1 && columns._strides[2] != 1) { columns = columns.contiguous(); }
            return width switch
            {
                VectorWidth.Bits512 => Multiply<Simd512, Vector512<float>>(left, columns),
                VectorWidth.Bits256 => Multiply<Simd256, Vector256<float>>(left, columns),
                VectorWidth.Bits128 => Multiply<Simd128, Vector128<float>>(left, columns),
                _ => Multiply<Simd32, float>(left, columns),
            };
        }

        private static Tensor Multiply<TSimd, TVector>(Tensor x, Tensor columns)
            where TSimd : struct, ISimd<TVector>, ILoad<TVector, ushort>, ILoad<TVector, float>
            where TVector : unmanaged => (x.Stored, columns.Stored) switch
            {
                (ScalarType.BFloat16, ScalarType.BFloat16) => Multiply<TSimd, TVector, ushort, ushort>(x, columns, Chunks<TSimd, TVector>.Widen),
                (_, ScalarType.BFloat16) => Multiply<TSimd, TVector, float, ushort>(x.Widened(), columns, Chunks<TSimd, TVector>.Split),
                _ => Multiply<TSimd, TVector, float, float>(x.Widened(), columns, Chunks<TSimd, TVector>.Copy),
            };

        /// <summary>Where all matrices meet the same x, they are multiplied as one; else one after the other.</summary>
        private static Tensor Multiply<TSimd, TVector, TX, TWeight>(Tensor x, Tensor columns, WriteChunks<TX> write)
            where TSimd : struct, ISimd<TVector>, ILoad<TVector, ushort>, ILoad<TVector, float>, ILoad<TVector, TWeight>
            where TVector : unmanaged
            where TX : unmanaged
            where TWeight : unmanaged
        {
            long[] shape = [x._sizes[0], x._sizes[1], columns._sizes[1]];
            var (rows, length) = ((int)shape[1], (int)columns._sizes[2]);
            if (length == 0 || shape.Contains(0)) { return zeros(shape, x.dtype); }
            var (isRounded, count) = (x.dtype == ScalarType.BFloat16, Shapes.ArrayLength(shape));
            var singles = GC.AllocateUninitializedArray<float>(isRounded ? 0 : count);
            var bits = GC.AllocateUninitializedArray<ushort>(isRounded ? count : 0);
            var matrices = (int)shape[0];
            var together = x._strides[0] == 0 ? matrices : 1;
            for (var first = 0; first < matrices; first += together)
            {
                var start = first * (count / matrices);
                WriteSums writeSums = isRounded
                    ? (sums, place) => BFloat16Bits.Round(sums, bits.AsSpan(start + place, sums.Length))
                    : (sums, place) => sums.CopyTo(singles.AsSpan(start + place));
                var tiles = new Rows<TX>(x[first].RowMajor<TX>(), rows, length, Chunks<TSimd, TVector>.Size, TSimd.MaxRows, write);
                var weights = columns.AsWeights<TWeight>(first, together);
                ForBlocks(weights.Groups, (long)count / matrices * together * length, new Multiplication<TSimd, TVector, TWeight>(tiles, weights, writeSums).Run);
            }
            return isRounded ? Over<ushort>(bits, shape, x.dtype) : Over<float>(singles, shape, x.dtype);
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
                _storage is PackedStorage packed ? Expansion(packed) : null);

        private static Expansion Expansion(PackedStorage packed) => (chunks, place, count) =>
        {
            packed.Expand(chunks[..count], place);
            chunks[count..].Clear();
        };
    }
}
