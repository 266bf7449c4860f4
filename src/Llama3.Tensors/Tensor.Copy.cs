using System.Runtime.InteropServices;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>The one operation that changes a tensor.</content>
    public sealed partial class Tensor
    {
        /// <summary>Writes the numbers of another tensor into the memory that this one shows: views of that memory show them too.</summary>
        /// <param name="source">Of the same shape; its numbers are converted as by <see cref="to_type"/>.</param>
        /// <returns>This tensor.</returns>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        /// <exception cref="InvalidOperationException">The memory is not an array of this dtype: a mapped file, say.</exception>
        public Tensor copy_(Tensor source)
        {
            if (!_sizes.AsSpan().SequenceEqual(source._sizes))
            {
                throw new ArgumentException($"copy_: the shape of the source is {source.Text}, expected {Text}");
            }
            var numbers = source.to_type(dtype);
            switch (dtype)
            {
                case ScalarType.BFloat16: Write(numbers.RowMajor<ushort>()); break;
                case ScalarType.Int64: Write(numbers.RowMajor<long>()); break;
                case ScalarType.ComplexFloat32: view_as_real().copy_(numbers.view_as_real()); break;
                default: Write(numbers.Singles()); break;
            }
            return this;
        }

        private void Write<T>(ReadOnlyMemory<T> numbers)
            where T : unmanaged
        {
            if (_storage is not Storage<T> { Elements: var elements } || !MemoryMarshal.TryGetArray(elements, out var array))
            {
                throw new InvalidOperationException($"copy_: the memory of this tensor cannot be written as {dtype}; copy into torch.zeros(…)");
            }
            Strided.Write(numbers.Span, array, _offset, _sizes, _strides);
        }
    }
}
