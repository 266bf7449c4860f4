using Llama3.Formats.Input;

namespace Llama3.Formats.Engines;

/// <summary>Calls that end the process in TorchSharp when their arguments are wrong.</summary>
internal static class Safe
{
    /// <summary>
    /// torch.matmul with a check of its arguments. It is the one operation of the steps of which TorchSharp (0.107.0) does not catch libtorch's exception:
    /// wrong arguments end the process, and no catch helps.
    /// </summary>
    /// <param name="left">[…, M, K].</param>
    /// <param name="right">[…, K, N], or [K] or [K, N] for a vector on the left.</param>
    /// <returns>[…, M, N].</returns>
    /// <exception cref="ArgumentException">Shapes or dtypes do not fit.</exception>
    public static Tensor matmul(Tensor left, Tensor right) => Problem(left, right) is { } problem
        ? throw new ArgumentException($"matmul: {Printable.Shape(left.shape)} x {Printable.Shape(right.shape)}: {problem}")
        : torch.matmul(left, right);

    private static string? Problem(Tensor left, Tensor right)
    {
        if (left.dtype != right.dtype) { return $"the dtypes are {left.dtype} and {right.dtype}, and must be equal; convert one with .to_type(...)"; }
        var (a, b) = (left.shape, right.shape);
        if (a.Length == 0 || b.Length == 0) { return "both need at least one dimension; a number takes *"; }
        var (inner, which) = b.Length == 1 ? (b[0], "size") : (b[^2], "second-to-last");
        if (a[^1] != inner)
        {
            return $"the last dimension of the first ({a[^1]}) must equal the {which} of the second ({inner})"
                + (b.Length > 1 && a[^1] == b[^1] ? "; did you mean .transpose(-2, -1)?" : "");
        }
        return Broadcast(a, b) ? null : "the dimensions before the last two must be equal or 1";
    }

    private static bool Broadcast(long[] left, long[] right) =>
        left.Reverse().Skip(2).Zip(right.Reverse().Skip(2)).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1);
}
