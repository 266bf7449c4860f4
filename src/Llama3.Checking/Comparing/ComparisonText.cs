using Llama3.Reference.Walking;

namespace Llama3.Checking.Comparing;

/// <summary>How two tensors differ, in words.</summary>
internal static class ComparisonText
{
    /// <summary>"at [head 1, token 7, 3]: 1.92188, expected -3.19219"; a single number has no place.</summary>
    /// <param name="found">How they differ.</param>
    /// <param name="shape">The names of the axes.</param>
    /// <param name="texts">The texts of the tokens, which are shown beside their numbers; null where they are not known.</param>
    public static string Worst(Comparison found, Shape shape, TokenTexts? texts = null) =>
        $"{(found.Worst.Count == 0 ? "" : $"at {AxisNames.Place(shape, found.Worst, texts)}: ")}{Values(found)}";

    /// <summary>"2312 of 2312; max abs 11, rel-L2 0.817"; of ids, whose distances mean nothing, "2 of 17"</summary>
    public static string Differing(Comparison found, ScalarType dtype) => $"{found.Differing} of {found.Count}" + (dtype == ScalarType.Int64
        ? ""
        : $"; max abs {NumberText.Measured(found.MaxAbs)}, rel-L2 {NumberText.Measured(found.RelL2)}");

    private static string Values(Comparison found) => $"{NumberText.Value(found.Actual)}, expected {NumberText.Value(found.Expected)}";
}
