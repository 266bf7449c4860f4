using System.Runtime.CompilerServices;
using Llama3.Tensors.Products;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>
    /// Operations element by element. bfloat16 is canonical: widened, computed in float32 and rounded once at the end.
    /// (PyTorch's own kernels round some operations twice; which ones depends on its version and on sizes.)
    /// </content>
    public sealed partial class Tensor
    {
        /// <summary>Reads two spans and fills a third; all have the same length.</summary>
        private delegate void Kernel<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result);

        /// <summary>An operation on two tensors, with a kernel for each kind of number that it supports.</summary>
        private sealed record Operation(string Name, Kernel<float> Singles, Kernel<long>? Integers = null, Kernel<float>? Complexes = null);

        /// <summary>Computes in float32, and rounds once if the tensor is BFloat16. Int64 gives Float32.</summary>
        private Tensor Map(Action<ReadOnlySpan<float>, Span<float>> kernel, [CallerMemberName] string operation = "")
        {
            RequireReal(operation);
            return Compute((x, _, y) => kernel(x, y), this, null, _sizes, Promotion.Of(dtype, 1.0));
        }

        private static Tensor Apply(Operation operation, Tensor left, Tensor right) =>
            Apply(operation, left, right, Promotion.Of(left, right));

        private static Tensor Apply(Operation operation, Tensor left, Scalar right) =>
            Apply(operation, left, right.ToTensor(), Promotion.Of(left.dtype, right));

        private static Tensor Apply(Operation operation, Tensor left, Tensor right, ScalarType dtype)
        {
            var shape = Shapes.Broadcast(operation.Name, left._sizes, right._sizes);
            return dtype switch
            {
                ScalarType.Int64 => Run(operation.Integers, Repeating(left, shape).RowMajor<long>(), Repeating(right, shape).RowMajor<long>()),
                ScalarType.ComplexFloat32 => Run(operation.Complexes, Singles(left), Singles(right)),
                _ => Compute(operation.Singles, Repeating(left, shape), Repeating(right, shape), shape, dtype),
            };

            Tensor Run<T>(Kernel<T>? kernel, ReadOnlyMemory<T> x, ReadOnlyMemory<T> y)
                where T : unmanaged
            {
                if (kernel is null)
                {
                    throw new InvalidOperationException($"{operation.Name} does not know {dtype}; convert it first");
                }
                var result = GC.AllocateUninitializedArray<T>(Shapes.ArrayLength(shape, PerElement(dtype)));
                Fill(kernel, x.Span, y.Span, result);
                return Over<T>(result, shape, dtype);
            }

            ReadOnlyMemory<float> Singles(Tensor tensor) => Repeating(tensor.to_type(dtype), shape).Singles();
        }

        /// <summary>
        /// Widens, computes and rounds part by part, so that no whole tensor is written in between. A side with fewer elements than the
        /// result is repeated.
        /// </summary>
        private static Tensor Compute(Kernel<float> kernel, Tensor left, Tensor? right, long[] shape, ScalarType dtype)
        {
            var (x, y, length) = (new Reals(left), right is null ? new Reals() : new Reals(right), Shapes.ArrayLength(shape));
            var isRounded = dtype == ScalarType.BFloat16;
            var singles = GC.AllocateUninitializedArray<float>(isRounded ? 0 : length);
            var bits = GC.AllocateUninitializedArray<ushort>(isRounded ? length : 0);
            var repeated = right is null ? length : Math.Min(x.Length, y.Length);
            if (repeated < length) { ForElements(length, Part, repeated); }
            else { ForElements(length, Part); }
            return isRounded ? Over<ushort>(bits, shape, dtype) : Over<float>(singles, shape, dtype);

            void Part(int first, int count)
            {
                using var room = new Room<float>(3 * count);
                var result = isRounded ? room.Span[..count] : singles.AsSpan(first, count);
                for (int at = 0, piece; at < count; at += piece)
                {
                    piece = Math.Min(count - at, repeated);
                    kernel(
                        x.From(first + at, room.Span.Slice(count, piece)),
                        right is null ? default : y.From(first + at, room.Span.Slice(2 * count, piece)),
                        result.Slice(at, piece));
                }
                if (isRounded) { BFloat16Bits.Round(result, bits.AsSpan(first, count)); }
            }
        }

        /// <summary>A side with fewer elements than the result is repeated.</summary>
        private static void Fill<T>(Kernel<T> kernel, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        {
            for (int at = 0, length; at < result.Length; at += length)
            {
                length = Math.Min(result.Length - at, Math.Min(left.Length, right.Length));
                kernel(left.Slice(at % left.Length, length), right.Slice(at % right.Length, length), result.Slice(at, length));
            }
        }

        /// <summary>
        /// The elements that, repeated, fill a shape. A number, or one row for all rows, is repeated only as far as a call of a
        /// kernel is worth it; repetitions within rows are written out.
        /// </summary>
        private static Tensor Repeating(Tensor tensor, long[] shape)
        {
            const int Worth = 1024;
            var own = tensor._sizes.AsSpan().TrimStart(1);
            if (!own.SequenceEqual(shape.AsSpan()[^own.Length..])) { return tensor.expand(shape); }
            var (count, all) = (Math.Max(1, Shapes.Count(own)), Shapes.Count(shape));
            var times = Math.Min(all / count, (Worth + count - 1) / count);
            return tensor.View([times, .. own], [0, .. tensor._strides[^own.Length..]]);
        }

        private void RequireReal(string operation)
        {
            if (dtype == ScalarType.ComplexFloat32)
            {
                throw new InvalidOperationException($"{operation} does not know complex numbers; use view_as_real");
            }
        }
    }
}
