using System.Runtime.CompilerServices;

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

        /// <summary>An operation on two tensors, with a kernel for each kind of number that it knows.</summary>
        private sealed record Operation(string Name, Kernel<float> Singles, Kernel<long>? Integers = null, Kernel<float>? Complexes = null);

        /// <summary>Computes in float32, and rounds once if the tensor is BFloat16. Int64 gives Float32.</summary>
        private Tensor Map(Action<ReadOnlySpan<float>, Span<float>> kernel, [CallerMemberName] string operation = "")
        {
            RequireReal(operation);
            var result = new float[Shapes.ArrayLength(_sizes)];
            kernel(Singles().Span, result);
            return Over<float>(result, _sizes, ScalarType.Float32).to_type(Promotion.Of(dtype, 1.0));
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
                ScalarType.Int64 => Run(operation.Integers, Longs(left), Longs(right)),
                ScalarType.ComplexFloat32 => Run(operation.Complexes, Singles(left.to_type(dtype)), Singles(right.to_type(dtype))),
                _ => Run(operation.Singles, Singles(left), Singles(right)),
            };

            Tensor Run<T>(Kernel<T>? kernel, ReadOnlyMemory<T> x, ReadOnlyMemory<T> y)
                where T : unmanaged
            {
                if (kernel is null)
                {
                    throw new InvalidOperationException($"{operation.Name} does not know {dtype}; convert it first");
                }
                var result = new T[x.Length];
                kernel(x.Span, y.Span, result);
                var computed = dtype == ScalarType.BFloat16 ? ScalarType.Float32 : dtype;
                return Over<T>(result, shape, computed).to_type(dtype);
            }

            ReadOnlyMemory<long> Longs(Tensor tensor) => tensor.expand(shape).RowMajor<long>();
            ReadOnlyMemory<float> Singles(Tensor tensor) => tensor.expand(shape).Singles();
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
