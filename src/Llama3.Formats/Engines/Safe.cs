using Llama3.Formats.Input;

namespace Llama3.Formats.Engines;

/// <summary>Calls that end the process in libtorch when their arguments are wrong.</summary>
internal static class Safe
{
    /// <summary>torch.matmul with a check of its arguments: in libtorch wrong ones end the process, and no catch helps.</summary>
    /// <param name="left">[…, M, K].</param>
    /// <param name="right">[…, K, N], or [K] or [K, N] for a vector on the left.</param>
    /// <returns>[…, M, N].</returns>
    /// <exception cref="ArgumentException">Shapes or dtypes do not fit.</exception>
    public static Tensor matmul(Tensor left, Tensor right)
    {
        var (a, b) = (left.shape, right.shape);
        var fits = a.Length > 0 && b.Length > 0 && a[^1] == b[Math.Max(b.Length - 2, 0)] && Broadcast(a, b);
        return fits && left.dtype == right.dtype ? torch.matmul(left, right) : throw new ArgumentException(
            $"matmul: {Printable.Shape(a)} {left.dtype} x {Printable.Shape(b)} {right.dtype}: the dtypes must be equal, " +
            "the last dimension of the first must equal the last but one of the second, and those before must be equal or 1" +
            (a.Length > 0 && b.Length > 1 && a[^1] != b[^2] && a[^1] == b[^1] ? "; did you mean .transpose(-2, -1)?" : ""));
    }

    private static bool Broadcast(long[] left, long[] right) =>
        left.Reverse().Skip(2).Zip(right.Reverse().Skip(2)).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1);
}
