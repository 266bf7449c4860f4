namespace Llama3.Checking.Comparing;

/// <summary>The two precisions in which goldens exist, by their names in files and on the command line.</summary>
internal static class Precision
{
    /// <summary>bf16, as the notebook computes; fp32, the notebook with its casts to bfloat16 turned into float32.</summary>
    public static IReadOnlyList<ScalarType> All { get; } = [ScalarType.BFloat16, ScalarType.Float32];

    /// <summary>"bf16" or "fp32".</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no goldens in this dtype.</exception>
    public static string Name(ScalarType dtype) => dtype switch
    {
        ScalarType.BFloat16 => "bf16",
        ScalarType.Float32 => "fp32",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "goldens are in BFloat16 and Float32"),
    };
}
