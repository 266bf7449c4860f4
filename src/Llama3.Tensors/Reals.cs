namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Reading numbers part by part.</content>
    public sealed partial class Tensor
    {
        /// <summary>The real numbers of a tensor in row-major order, which are widened where they are read.</summary>
        private readonly struct Reals
        {
            private readonly ReadOnlyMemory<float> _singles;
            private readonly ReadOnlyMemory<ushort> _bits;

            public Reals(Tensor tensor)
            {
                if (tensor.Stored == ScalarType.BFloat16) { _bits = tensor.RowMajor<ushort>(); }
                else { _singles = tensor.Singles(); }
            }

            /// <summary>How many there are.</summary>
            public int Length => _singles.Length + _bits.Length;

            /// <summary>The numbers from a place on, which is counted on through repetitions.</summary>
            /// <param name="place">The place.</param>
            /// <param name="room">As long as the result. It holds the result if the numbers must be widened.</param>
            public ReadOnlySpan<float> From(int place, Span<float> room)
            {
                if (_bits.IsEmpty) { return _singles.Span.Slice(place % _singles.Length, room.Length); }
                BFloat16Bits.Widen(_bits.Span.Slice(place % _bits.Length, room.Length), room);
                return room;
            }
        }
    }
}
