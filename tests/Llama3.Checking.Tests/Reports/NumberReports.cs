namespace Llama3.Checking.Tests.Reports;

/// <summary>Reports on precision and overflow.</summary>
internal static class NumberReports
{
    private const string Precision = "precision";

    /// <summary>In a port that is in float16 throughout they are the same: the root of infinity, where squares overflow.</summary>
    private static readonly string[] InHalf = ["norm_fp16", "norm_fp16_squares"];

    private static readonly Recreation
        ProductInHalf = Recreation.On("large products", "prompt", port =>
        {
            port.Round = PlainNumbers.ToHalf;
            port.Gated = (_, gate, up) => PlainNumbers.ToHalf(PlainMath.Silu(gate) * up);
        }).Is("ffn_fp16_product"),
        LongProductInHalf = Recreation.On("large products", "long prompt", port => port.Gated = (pass, gate, up) =>
            PlainMath.Silu(gate) * up is var product && pass.Count >= 64 ? PlainNumbers.ToHalf(product) : product).Is("ffn_fp16_product"),
        SquaresInHalf = Recreation.On("outliers", "prompt", port =>
        {
            port.Round = PlainNumbers.ToHalf;
            port.Norm = (row, weight) =>
            {
                var squares = row.Aggregate(0f, (sum, x) => PlainNumbers.ToHalf(sum + PlainNumbers.ToHalf(x * x)));
                var scale = 1 / MathF.Sqrt((squares / row.Length) + (float)port.Config.Eps);
                return [.. row.Zip(weight, (x, w) => x * scale * w)];
            };
        }).Is(InHalf),
        NormInHalf = Recreation.On("outliers", "prompt", port =>
        {
            port.Round = PlainNumbers.ToHalf;
            port.Norm = (row, weight) =>
            {
                var mean = PlainNumbers.ToHalf(row.Sum(x => PlainNumbers.ToHalf(x * x)) / row.Length);
                var root = PlainNumbers.ToHalf(1 / MathF.Sqrt(PlainNumbers.ToHalf(mean + (float)port.Config.Eps)));
                return [.. row.Zip(weight, (x, w) => PlainNumbers.ToHalf(x * root) * w)];
            };
        }).Is(InHalf),
        WeightsInHalf = Recreation.On("small weights", "prompt", port => EachWeight(port, PlainNumbers.ToHalf)).Is("weights_fp16"),
        WeightsCut = Recreation.On("float32", "prompt", port => EachWeight(port, PlainNumbers.Cut)).Is("weights_cut_to_bf16"),
        Int8Inputs = Recreation.On("outliers", "prompt", port => port.Input = row => PlainNumbers.EachHead(row, 32, block =>
            PlainNumbers.InInt8(block, scale => scale))).HasNoName("quantised products are not in the catalogue");

    public static IReadOnlyList<Report> All { get; } =
    [
        new Report("huggingface/transformers#27179", Precision, "in float16 the product of gate and up overflows").As(ProductInHalf),
        new Report("ggml-org/llama.cpp#27016", Precision, "the input of w2 is cast to float16 from 64 tokens on").As(LongProductInHalf),
        new Report("nntrainer/nntrainer#3935", Precision, "the sum of squares is in float16").As(SquaresInHalf),
        new Report("pytorch/pytorch#133085", Precision, "squares, their mean and its root are in float16").As(NormInHalf),
        new Report("meta-llama/llama#1048", Precision, "the whole norm is in float16").As(NormInHalf),
        new Report("google/saxml#28", Precision, "bfloat16 weights are cast to float16").As(WeightsInHalf),
        new Report("1bit-MONSTER/1bit-MONSTER#640", Precision, "float32 weights are cut to bfloat16 instead of rounded").As(WeightsCut),
        new Report("paiml/aprender#2091", Precision, "the inputs of products are in int8 by blocks of 32, where one number is much larger than the others").As(Int8Inputs),
    ];

    private static void EachWeight(PlainLlama port, Func<float, float> change)
    {
        foreach (var name in port.Weights.Keys.ToList()) { port.Weights[name] = Array.ConvertAll(port.Weights[name], number => change(number)); }
    }
}
