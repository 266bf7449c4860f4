using Llama3.Checking.Roundings;
using static Llama3.Checking.Comparing.NumberText;

namespace Llama3.Checking.Fitting;

/// <summary>What a right number becomes when it is kept in a narrow format.</summary>
internal static class NarrowNumbers
{
    /// <summary>The number in bfloat16 and in float16.</summary>
    public static IEnumerable<(double Value, string Text)> Of(double right) =>
        new[] { NarrowNumber.BFloat16, NarrowNumber.Float16 }
            .Select(type => ((double)type.Round((float)right), $"{Value(right)} in {type.Name}"));
}
