using System.Globalization;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <content>Printing.</content>
    public sealed partial class Tensor
    {
        /// <summary>How many elements at each end of a long dimension are printed, as in torch.</summary>
        private const int Edge = 3;

        /// <summary>A few values, the shape and the dtype: <c>tensor([[1, 2], [3, 4]], shape=[2, 2], dtype=Float32)</c>.</summary>
        public override string ToString() => $"tensor({Values()}, shape={Text}, dtype={dtype})";

        private string Values()
        {
            if (_sizes.Length == 0) { return Value(); }
            var shown = _sizes[0] <= 2 * Edge ? Items(0, _sizes[0]) : [.. Items(0, Edge), "...", .. Items(_sizes[0] - Edge, Edge)];
            return $"[{string.Join(", ", shown)}]";
        }

        private IEnumerable<string> Items(long start, long count) =>
            Enumerable.Range(0, (int)count).Select(i => narrow(0, start + i, 1).squeeze(0).Values());

        private string Value() => dtype switch
        {
            ScalarType.Int64 => ToInt64s()[0].ToString(CultureInfo.InvariantCulture),
            ScalarType.ComplexFloat32 when ToSingles() is [var real, var imaginary] =>
                string.Create(CultureInfo.InvariantCulture, $"{real:G5}{imaginary:+0.####;-0.####}j"),
            _ => ToSingles()[0].ToString("G5", CultureInfo.InvariantCulture),
        };
    }
}
