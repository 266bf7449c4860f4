using System.Runtime.CompilerServices;

namespace Llama3.Tensors;

/// <content>The priorities make a literal 0 a number: C# could also take it for the dtype with number 0.</content>
public static partial class torch
{
    /// <summary>start, start + step, ... while before <paramref name="stop"/>.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="stop">The first number that is left out.</param>
    /// <param name="step">The distance; negative to count down.</param>
    /// <param name="dtype">By default Int64 if all three are integers, else Float32.</param>
    /// <exception cref="ArgumentException">The step is zero or leads away from <paramref name="stop"/>.</exception>
    [OverloadResolutionPriority(2)]
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null)
    {
        var (first, distance) = (start.ToDouble(), step.ToDouble());
        var steps = Math.Ceiling((stop.ToDouble() - first) / distance);
        if (!(steps >= 0 && steps <= Array.MaxLength))
        {
            throw new ArgumentException($"arange: from {first} to {stop.ToDouble()} by {distance} does not give numbers that a tensor can hold");
        }
        var integers = start.IsInteger && stop.IsInteger && step.IsInteger;
        var numbers = Enumerable.Range(0, (int)steps);
        var range = integers
            ? tensor([.. numbers.Select(i => (long)first + (i * (long)distance))])
            : tensor([.. numbers.Select(i => (float)(first + (i * distance)))]);
        return range.to_type(dtype ?? range.dtype);
    }

    /// <summary>From <paramref name="start"/> by 1 to before <paramref name="stop"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="stop"/> is before <paramref name="start"/>.</exception>
    [OverloadResolutionPriority(1)]
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null) => arange(start, stop, 1, dtype);

    /// <summary>From 0 by 1 to before <paramref name="stop"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="stop"/> is negative.</exception>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null) => arange(0, stop, 1, dtype);
}
