namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>The one place where elements are moved.</content>
    public sealed partial class Tensor
    {
        /// <summary>The same elements in row-major order: a view if they are already in this order, else a copy.</summary>
        public Tensor contiguous() => is_contiguous() ? View(_sizes, Shapes.RowMajor(_sizes)) : Gather([this], _sizes);

        /// <summary>A new tensor of the elements of several views of one dtype, one view after the other.</summary>
        private static Tensor Gather(IReadOnlyList<Tensor> views, ReadOnlySpan<long> shape) => views[0].dtype switch
        {
            var dtype when views.All(view => view.Stored == ScalarType.BFloat16) => Over<ushort>(Gather<ushort>(views, shape), shape, dtype),
            ScalarType.Int64 => Over<long>(Gather<long>(views, shape), shape, ScalarType.Int64),
            var dtype => Over<float>(Gather<float>(views, shape), shape, dtype),
        };

        private static T[] Gather<T>(IReadOnlyList<Tensor> views, ReadOnlySpan<long> shape)
            where T : unmanaged
        {
            var result = GC.AllocateUninitializedArray<T>(Shapes.ArrayLength(shape, PerElement(views[0].dtype)));
            var done = 0;
            foreach (var view in views)
            {
                var part = view.dtype == ScalarType.ComplexFloat32 ? view.view_as_real() : typeof(T) == typeof(float) ? view.Widened() : view;
                var count = (int)part.numel();
                Strided.Copy(part.Elements<T>().Span, part._offset, part._sizes, part._strides, result.AsSpan(done, count));
                done += count;
            }

            return result;
        }

        /// <summary>The elements in row-major order; in place if they are already in this order.</summary>
        internal ReadOnlyMemory<T> RowMajor<T>()
            where T : unmanaged
        {
            var perElement = PerElement(dtype);
            return is_contiguous()
                ? Elements<T>().Slice((int)_offset * perElement, Shapes.ArrayLength(_sizes, perElement))
                : Gather<T>([this], _sizes);
        }

        /// <summary>The elements as float32 in row-major order; in place if they are already so.</summary>
        private ReadOnlyMemory<float> Singles() => _storage is Storage<float> ? RowMajor<float>() : ToSingles();

        /// <summary>The tensor with numbers of its dtype in memory.</summary>
        private Tensor Widened() => Stored == dtype ? this : Over<float>(ToSingles(), _sizes, dtype);

        /// <summary>Rows without gaps are expanded one by one; of any other view, all that lies between its first and its last number.</summary>
        private void Expand(PackedStorage packed, Span<float> result)
        {
            if (result.IsEmpty) { return; }
            if (is_contiguous()) { packed.Expand(result, _offset); }
            else if (_sizes.Length > 1 && this[0].is_contiguous())
            {
                var row = result.Length / (int)_sizes[0];
                for (var i = 0; i < _sizes[0]; i++) { this[i].Expand(packed, result.Slice(i * row, row)); }
            }
            else
            {
                var all = new float[1 + _sizes.Zip(_strides, (size, stride) => (size - 1) * stride).Sum()];
                packed.Expand(all, _offset);
                Strided.Copy(all, 0, _sizes, _strides, result);
            }
        }

        private ReadOnlyMemory<T> Elements<T>()
            where T : unmanaged => ((Storage<T>)_storage).Elements;
    }
}
