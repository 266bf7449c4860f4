using Llama3.Reference;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Numbers that 16 bits do not hold: what shows only on models that have such numbers.</summary>
internal static class OverflowMistakes
{
    private const double Largest = 65_504;

    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("weights_fp16", "the model's bfloat16 weights are converted to float16, which rounds those of less than 6.1e-5",
            fix: "keep weights in bfloat16 or float32, or scale small ones before they are converted", see: ["google/saxml#28"],
            [
                (token_embeddings_unnormalized, v => v.right(token_embeddings_unnormalized).to_half()),
                .. WeightMistakes.Matrices((v, name) => v.layer_weight(name).to_half()),
            ]),
        Mistake("weights_cut_to_bf16", "the model's float32 weights are cut to bfloat16: their last 16 bits are dropped instead of rounded",
            fix: "round to the nearest bfloat16, to even where two are as near", see: ["1bit-MONSTER/1bit-MONSTER#640"],
            [
                (token_embeddings_unnormalized, v => cut(v.right(token_embeddings_unnormalized))),
                .. NormMistakes.AttentionNorm(v => cut(v.layer_weight("attention_norm"))),
                .. NormMistakes.FfnNorm(v => cut(v.layer_weight("ffn_norm"))),
                (final_embedding_normalized, v => v[FinerPoints.norm_before_weight] * cut(v.weight("norm"))),
                .. WeightMistakes.Matrices((v, name) => cut(v.layer_weight(name))),
                (logits, v => Safe.matmul(OutputMistakes.row(v, 1), cut(v.weight("output")).T)),
            ]),
        Mistake("ffn_fp16_product", "the product of gate and up, which w2 multiplies, overflows in float16",
            fix: "keep the input of w2 in bfloat16 or float32", see: ["huggingface/transformers#27179", "ggml-org/llama.cpp#27016"],
            FeedForwardMistakes.Combined((gate, up) => in_half(gate.silu() * up), (activated, up) => in_half(activated * up))),
    ];

    private static Tensor cut(Tensor weight) =>
        weight.each(number => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(number) & 0xFFFF_0000));

    /// <summary>Where nothing overflows, and nothing has before, it is only rounded, which is no mistake.</summary>
    private static Tensor in_half(Tensor product) => product.ToSingles().All(number => Math.Abs(number) <= Largest) ? product : product.to_half();
}
