using Llama3.Reference.Walking;

namespace Llama3.Checking.Comparing;

/// <summary>What the axes of a step's result are called in messages.</summary>
internal static class AxisNames
{
    private const string Dim = "dim";

    /// <summary>"head", "token", "key", "dim", "pair" or "part" for each axis; "row" and "column" in place of two that are "dim". All differ.</summary>
    public static IReadOnlyList<string> Of(Shape shape)
    {
        List<string> names = [.. shape.Names.Select((name, axis) => name switch
        {
            "n_heads" or "n_kv_heads" => "head",
            "T" or "M" or "N+M" => shape.Names.Take(axis).Any(before => before is "T" or "M") ? "key" : "token",
            "head_dim/2" => "pair",
            "2" => "part",
            _ => Dim,
        })];
        var (first, last) = (names.IndexOf(Dim), names.LastIndexOf(Dim));
        if (first < last) { (names[first], names[last]) = ("row", "column"); }
        return names;
    }

    /// <summary>The same with an axis for the two parts of complex numbers.</summary>
    public static IReadOnlyList<string> WithParts(Shape shape, ScalarType dtype) =>
        dtype == ScalarType.ComplexFloat32 ? [.. Of(shape), "part"] : Of(shape);

    /// <summary>"[head 1, token 7, 3]", or with texts "[head 1, token 7 " of", 3]"</summary>
    /// <param name="shape">The names of the axes.</param>
    /// <param name="index">An index of each; one more tells the two parts of a complex number apart.</param>
    /// <param name="texts">The texts of the tokens; null where they are not known.</param>
    public static string Place(Shape shape, IEnumerable<long> index, TokenTexts? texts = null) =>
        $"[{string.Join(", ", index.Zip(Of(shape).Append("part"), shape.Names.Append("2")).Select(at => Place(at.First, at.Second, at.Third, texts)))}]";

    private static string Place(long at, string axis, string name, TokenTexts? texts) => axis switch
    {
        Dim or "part" => $"{at}",
        "token" or "key" when texts?.At(name, at) is { } text => $"{axis} {at} {text}",
        _ => $"{axis} {at}",
    };
}
