using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Html.Report;

/// <summary>An axis of a tensor.</summary>
/// <param name="Name">"head", "token", "dim".</param>
/// <param name="Index">Which of the tensor's axes it is.</param>
/// <param name="Length">How many places there are.</param>
/// <param name="Stride">How many numbers lie from one place to the next.</param>
/// <param name="Names">What the places are called; null to number them.</param>
internal sealed record LayoutAxis(string Name, int Index, int Length, int Stride, IReadOnlyList<string>? Names)
{
    /// <summary>What a place is called.</summary>
    public string this[int place] => Names?[place] ?? $"{place}";
}

/// <summary>How a tensor lies in pictures: its rows and columns, and the axes of which one place is shown at a time, its heads among them.</summary>
/// <param name="Front">The axes to choose from.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Columns">The columns.</param>
internal sealed record PictureLayout(IReadOnlyList<LayoutAxis> Front, LayoutAxis Rows, LayoutAxis Columns)
{
    private const int Widest = 128;

    /// <summary>Lays a tensor out; null if it has neither rows nor columns.</summary>
    /// <param name="shape">The names of its axes.</param>
    /// <param name="tensor">The tensor; the two parts of complex numbers are an axis of their own.</param>
    /// <param name="golden">The tokens.</param>
    public static PictureLayout? Of(Shape shape, Tensor tensor, GoldenCase golden)
    {
        var isComplex = tensor.dtype == ScalarType.ComplexFloat32;
        var names = AxisNames.WithParts(shape, tensor.dtype);
        int[] sizes = [.. tensor.shape.Select(size => (int)size), .. isComplex ? [2] : Array.Empty<int>()];
        var axes = names.Select((name, axis) => new LayoutAxis(
            name, axis, sizes[axis], sizes[(axis + 1)..].Aggregate(1, (product, size) => product * size), Places(axis, name))).ToList();
        var main = axes.FindAll(axis => axis.Name is not ("head" or "part"));
        return main switch
        {
            [var rows, var columns] => new(axes.Except(main).ToList(), rows, columns),
            [var only] => Folded(axes.Except(main).ToList(), only),
            _ => null,
        };

        List<string>? Places(int axis, string name) => name switch
        {
            "part" => isComplex ? ["real", "imaginary"] : ["first of the pair", "second"],
            "token" or "key" when golden.Texts.All.Count > 0 => [.. Enumerable.Range(0, sizes[axis]).Select(at => $"{at} {golden.Texts.At(Tokens(axis, name), at)}".TrimEnd())],
            _ => null,
        };

        // In a pass, the article's steps have the new tokens alone.
        string Tokens(int axis, string name) => golden.IsPass && name == "token" && shape.Names[axis] == "T" ? "M" : shape.Names[axis];
    }

    /// <summary>The numbers of every plane, in the order of the axes in front: where the first of them lies.</summary>
    public int Offset(IEnumerable<int> places) => Front.Zip(places, (axis, place) => axis.Stride * place).Sum();

    /// <summary>A long row is folded where it can be folded without a rest.</summary>
    private static PictureLayout Folded(IReadOnlyList<LayoutAxis> front, LayoutAxis only)
    {
        var width = only.Length <= Widest ? only.Length
            : Enumerable.Range(Widest / 2, Widest / 2 + 1).Reverse().FirstOrDefault(width => only.Length % width == 0, only.Length);
        var rows = only.Length / Math.Max(1, width);
        return rows == 1
            ? new(front, new("row", -1, 1, only.Length, null), only)
            : new(front,
                new("numbers", -1, rows, width * only.Stride, [.. Enumerable.Range(0, rows).Select(row => $"{row * width}–{(row + 1) * width - 1}")]),
                new("place", -1, width, only.Stride, null));
    }
}
