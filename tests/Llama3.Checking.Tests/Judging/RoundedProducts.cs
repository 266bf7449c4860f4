using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;
using Replacement = System.Collections.Generic.KeyValuePair<Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>>;

namespace Llama3.Checking.Tests.Judging;

/// <summary>
/// Ports that hold their results in float32, and round what goes into their matrix products: as engines do whose weights or cache have 16 bits, or
/// whose hardware multiplies so. Sums are added up in another order than in the reference, and the roundings are written down once more.
/// </summary>
internal static class RoundedProducts
{
    /// <summary>What meets weights, queries, keys, attention, values: each as it is taken into a product.</summary>
    internal sealed record Inputs(Func<Tensor, Tensor> Embedding, Func<Tensor, Tensor> Query, Func<Tensor, Tensor> Key, Func<Tensor, Tensor> Attention, Func<Tensor, Tensor> Value)
    {
        /// <summary>Whether keys and values are kept as they are taken.</summary>
        public bool Keeps { get; init; }

        /// <summary>Whether those of new tokens are taken as they are, though they are kept so.</summary>
        public bool TakesNewAsTheyAre { get; init; }
    }

    private static readonly Func<Tensor, Tensor> Exact = x => x, F16 = x => Each(x, number => (float)(Half)number), BF16 = x => x.to_type(bfloat16).to_type(float32),
        TF32 = x => Each(x, ToTF32), Cut = x => Each(x, number => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(number) >> 13 << 13));

    /// <summary>Nothing is rounded.</summary>
    public static Inputs Nothing { get; } = new(Exact, Exact, Exact, Exact, Exact);

    /// <summary>The ports, by what they are.</summary>
    public static IReadOnlyDictionary<string, Inputs> All { get; } = new Dictionary<string, Inputs>
    {
        ["weights in float16"] = new(F16, Exact, Exact, Exact, Exact),
        ["weights in bfloat16"] = new(BF16, Exact, Exact, Exact, Exact),
        ["a cache in float16"] = new(Exact, Exact, F16, Exact, F16) { Keeps = true },
        ["a cache in bfloat16"] = new(Exact, Exact, BF16, Exact, BF16) { Keeps = true },
        ["a cache in float16, and what meets it"] = new(Exact, F16, F16, F16, F16) { Keeps = true },
        ["keys in bfloat16, values in float16, and what meets them"] = new(Exact, BF16, BF16, F16, F16) { Keeps = true },
        ["a cache in float16, but new keys and values as they are"] = new(Exact, Exact, F16, Exact, F16) { Keeps = true, TakesNewAsTheyAre = true },
        ["weights and a cache in float16"] = new(F16, F16, F16, F16, F16) { Keeps = true },
        ["weights in bfloat16, a cache in float16"] = new(BF16, F16, F16, F16, F16) { Keeps = true },
        ["TF32"] = new(TF32, TF32, TF32, TF32, TF32),
        ["TF32, cut off"] = new(Cut, Cut, Cut, Cut, Cut),
        ["bfloat16 in all products"] = new(BF16, BF16, BF16, BF16, BF16),
        ["TF32 in products with weights"] = new(TF32, Exact, Exact, Exact, Exact),
    };

    /// <summary>llama.cpp's products with weights in Q8_0: inputs are whole numbers up to 127, with a scale in float16 for each 32 of a row.</summary>
    public static Inputs LikeLlamaCpp { get; } = Nothing with { Embedding = x => Blocks(x, 32, 127, scale => (float)(Half)scale) };

    /// <summary>The same with scales in float32 for each 64, and whole numbers up to 80: the errors are those of llama.cpp where inputs have outliers.</summary>
    public static Inputs InOtherBlocks { get; } = Nothing with { Embedding = x => Blocks(x, 64, 80, scale => scale) };

    /// <summary>The steps of such a port.</summary>
    public static IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Of(Inputs inputs) => new Dictionary<ArticleStep, Func<Values, StepResult>>(
    [
        With(q_per_token, v => Times(inputs.Embedding(v[token_embeddings]), v[q_layer0_head0])),
        With(k_per_token, v => Times(inputs.Embedding(v[token_embeddings]), v[k_layer0_head0])),
        With(v_per_token, v => Times(inputs.Embedding(v[token_embeddings]), v[v_layer0_head0])),
        With(qk_per_token_before_scaling, v => Attention.dot_products(inputs.Query(v[q_per_token_rotated]), Taken(inputs, inputs.Key, v.keys, () => KvCache.append(v.kept_keys, v[k_per_token_rotated])))),
        With(qk_per_token, v => v[qk_per_token_before_scaling] / Math.Sqrt(v.config.head_dim)),
        With(qkv_attention, v => Attention.mix_values(inputs.Attention(v[qk_per_token_after_masking_after_softmax]), Taken(inputs, inputs.Value, v.values, () => KvCache.append(v.kept_values, v[v_per_token])))),
        With(CacheSteps.k_cache, v => Kept(inputs.Key, inputs.Keeps, KvCache.append(v.kept_keys, v[k_per_token_rotated]))),
        With(CacheSteps.v_cache, v => Kept(inputs.Value, inputs.Keeps, KvCache.append(v.kept_values, v[v_per_token]))),
        With(embedding_delta, v => Times(inputs.Embedding(v[stacked_qkv_attention]), v[w_layer0])),
        With(feed_forward_gate, v => Times(inputs.Embedding(v[embedding_after_edit_normalized]), v.layer_weight("feed_forward.w1"))),
        With(feed_forward_up, v => Times(inputs.Embedding(v[embedding_after_edit_normalized]), v.layer_weight("feed_forward.w3"))),
        With(output_after_feedforward, v => Times(inputs.Embedding(v[feed_forward_product]), v.layer_weight("feed_forward.w2"))),
        With(logits, v => Logits.of_last_token(inputs.Embedding(v[final_embedding_normalized]), v.weight("output"))),
    ]);

    private static Tensor Taken(Inputs inputs, Func<Tensor, Tensor> narrow, Tensor kept, Func<Tensor> withNew) => inputs.TakesNewAsTheyAre ? withNew() : narrow(kept);

    private static Tensor Kept(Func<Tensor, Tensor> narrow, bool keeps, Tensor cache) => keeps ? narrow(cache) : cache;

    /// <summary>The second half of each sum, then the first.</summary>
    private static Tensor Times(Tensor x, Tensor weight)
    {
        var (size, half) = (weight.shape[^1], weight.shape[^1] / 2);
        return Part(half, size - half) + Part(0, half);

        Tensor Part(long start, long length) =>
            Safe.matmul(x.narrow(-1, start, length).contiguous(), weight.narrow(-1, start, length).transpose(-2, -1).contiguous());
    }

    private static Replacement With(ArticleStep step, Func<Values, Tensor> run) => new(step, v => run(v));

    private static Tensor Each(Tensor tensor, Converter<float, float> round) => Tensor.FromSingles(Array.ConvertAll(tensor.ToSingles(), round), tensor.shape);

    private static Tensor Blocks(Tensor x, int size, int most, Func<float, float> written) => Tensor.FromSingles(
        x.ToSingles().Chunk(size).SelectMany(block =>
        {
            var scale = block.Max(Math.Abs) / most;
            return block.Select(number => scale == 0 ? 0 : MathF.Round(number / scale) * written(scale));
        }).ToArray(),
        x.shape);

    /// <summary>The nearest number with ten bits of mantissa: the multiple of 2^(exponent - 10), ties to the even one.</summary>
    private static float ToTF32(float number) =>
        number == 0 ? 0 : (float)(Math.Round(number / Step(number), MidpointRounding.ToEven) * Step(number));

    private static double Step(float number) => Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(number))) - 10);

    /// <summary>Ports whose sums are rounded to float16 at every addition: what they get depends on the order in which they add.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>>> WithNarrowSums { get; } =
        new Dictionary<string, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>>>
        {
            ["values summed up in float16"] = new Dictionary<ArticleStep, Func<Values, StepResult>>([With(qkv_attention, Mixed)]),
            ["products with weights summed up in float16"] = new Dictionary<ArticleStep, Func<Values, StepResult>>(
            [
                With(q_per_token, v => Summed(v[token_embeddings], v[q_layer0_head0])),
                With(k_per_token, v => Summed(v[token_embeddings], v[k_layer0_head0])),
                With(v_per_token, v => Summed(v[token_embeddings], v[v_layer0_head0])),
                With(embedding_delta, v => Summed(v[stacked_qkv_attention], v[w_layer0])),
                With(feed_forward_gate, v => Summed(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w1"))),
                With(feed_forward_up, v => Summed(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w3"))),
                With(output_after_feedforward, v => Summed(v[feed_forward_product], v.layer_weight("feed_forward.w2"))),
            ]),
        };

    /// <summary>As llama.cpp's flash attention keeps its sum of values: exp(score) · v is added in float16, and divided by the sum of exp(score) at the end.</summary>
    private static Tensor Mixed(Values v)
    {
        var (attention, values) = (v[qk_per_token_after_masking_after_softmax], v.values);
        var (heads, group) = (attention.shape[0], attention.shape[0] / values.shape[0]);
        return torch.cat([.. Enumerable.Range(0, (int)heads).Select(head => Summed(attention[head], values[head / (int)group].transpose(0, 1)))], 0)
            .view(heads, attention.shape[1], values.shape[2]);
    }

    private static Tensor Summed(Tensor x, Tensor weight)
    {
        if (weight.ndim == 3) { return torch.cat([.. Enumerable.Range(0, (int)weight.shape[0]).Select(head => Summed(x, weight[head]))], 0).view(weight.shape[0], x.shape[0], -1); }
        var (rows, columns, size) = ((int)x.shape[0], (int)weight.shape[0], (int)x.shape[1]);
        var (left, right, sums) = (F16(x).ToSingles(), F16(weight.contiguous()).ToSingles(), new float[rows * columns]);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                // Four sums side by side, as a vector of halves has them.
                var lanes = new Half[4];
                for (var i = 0; i < size; i++) { lanes[i % 4] = (Half)((float)lanes[i % 4] + (left[row * size + i] * right[column * size + i])); }
                sums[row * columns + column] = (float)lanes[0] + (float)lanes[1] + (float)lanes[2] + (float)lanes[3];
            }
        }
        return Tensor.FromSingles(sums, [rows, columns]);
    }
}
