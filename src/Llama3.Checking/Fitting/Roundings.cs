using static Llama3.Checking.Comparing.NumberText;

namespace Llama3.Checking.Fitting;

/// <summary>What a right number becomes when it is kept in a narrow format.</summary>
internal static class Roundings
{
    /// <summary>The number in bfloat16 and in float16.</summary>
    public static IEnumerable<(double Value, string Text)> Of(double right) =>
    [
        (torch.tensor((float)right).to_type(bfloat16).to_type(float32).item<float>(), $"{Value(right)} in bfloat16"),
        ((double)(Half)right, $"{Value(right)} in float16"),
    ];
}
