using Llama3.Checking.Goldens;

namespace Llama3.Checking.Roundings;

/// <summary>What is said of how a port computes.</summary>
internal static class ArithmeticText
{
    /// <summary>What is said of a port that computes in float32.</summary>
    /// <param name="arithmetic">What is known that it rounds; null for nothing.</param>
    /// <param name="coarser">The precision that its other errors are as large as; null if there are none.</param>
    public static IEnumerable<string> Of(PortArithmetic? arithmetic, PortPrecision? coarser) =>
    [
        .. arithmetic is null ? [] : Of(arithmetic),
        .. arithmetic?.OfManyTokens is { } many ? Of(many).Except(Of(arithmetic)).Select(line => $"{line} So with 64 tokens and more at once.") : [],
        .. coarser is { } precision ? [$"float32 numbers that agree as {NameOf(precision)} does, and differ as roundings do: judged so; {Sources(precision)}?"] : Array.Empty<string>(),
    ];

    /// <summary>"agrees with --precision fp16: a cache or weights in float16?"</summary>
    public static string AgreesIn(PortPrecision precision) =>
        $"agrees with --precision {precision}: {(precision == PortPrecision.q8 ? Sources(precision) : $"a cache or weights in {NameOf(precision)}")}?";

    private static string Sources(PortPrecision precision) => precision == PortPrecision.q8
        ? "quantised weights, or products of 8-bit numbers"
        : $"sums, a cache or weights in {NameOf(precision)}";

    private static string NameOf(PortPrecision precision) => precision switch
    {
        PortPrecision.q8 => "an engine with 8-bit products",
        PortPrecision.bf16 => NarrowNumber.BFloat16.Name,
        _ => NarrowNumber.Float16.Name,
    };

    /// <summary>"float32, but what meets weights is rounded to float16, which is no fault: weights in float16?"</summary>
    private static IEnumerable<string> Of(PortArithmetic arithmetic)
    {
        var (weights, scores, mixing) = (arithmetic.WithWeights, arithmetic.Scores, arithmetic.Mixing);
        if (scores == mixing && scores == new ProductInputs(weights.Left, weights.Left) && weights.Left is { } all)
        {
            return [Line("the inputs of all products are", all, Why("weights and a cache", all))];
        }
        return
        [
            .. weights.ByWeights is { } quantised ? [Quantised(quantised)] : Array.Empty<string>(),
            .. weights.Right is { } expanded ? [Line(weights.Left is null ? "weights are" : "weights and what meets them are", expanded, $"quantised weights that are expanded to {expanded.Name}")]
                : weights.Left is { } type ? [Line("what meets weights is", type, Why("weights", type))] : Array.Empty<string>(),
            .. mixing.HasNarrowSums && scores is { Left: not null, OnlyKept: false } ? [Flash]
                : scores == mixing
                ? Cache(scores, "keys and values", "queries, keys, attention and values")
                : [.. Cache(scores, "keys", "queries and keys"), .. Cache(mixing, "values", "attention and values")],
        ];
    }

    private const string Flash = "float32, but attention takes and sums its numbers in float16, which is no fault: flash attention on a cache in float16?";

    /// <summary>"float32, but what meets weights in Q4_1 is rounded to 8-bit numbers in blocks (Q8_1), which is no fault: so does llama.cpp"</summary>
    private static string Quantised(QuantisedWeights weights) =>
        $"float32, but what meets weights in {string.Join(", ", weights.Stored)} is rounded to 8-bit numbers in blocks "
        + $"({string.Join(", ", weights.Types.OfType<NarrowBlocks>().Select(type => type.Name))}), which is no fault: so does llama.cpp";

    private static string[] Cache(ProductInputs inputs, string kept, string both) => inputs.Right is not { } type ? []
        : [Line($"{(inputs.Left is null ? kept : both)} are", type, WhyCache(inputs, type), inputs.OnlyKept ? " when they are kept" : inputs.HasNarrowSums ? ", and so are their sums" : "")];

    private static string Line(string what, NarrowType type, string why, string when = "") =>
        $"float32, but {what} rounded to {type.Name}{when}, which is no fault: {why}?";

    /// <summary>TF32 rounds all that goes into a product, as float16 does.</summary>
    private static string Why(string what, NarrowType type) =>
        type == NarrowNumber.Float16 ? $"{what} in {type.Name}, or products in TF32"
        : type is NarrowBlocks ? "quantised weights"
        : type == NarrowNumber.BFloat16 ? $"{what} in {type.Name}"
        : $"products in {type.Name}";

    private static string WhyCache(ProductInputs inputs, NarrowType type) => inputs.Left is null ? $"a cache in {type.Name}" : Why("a cache", type);
}
