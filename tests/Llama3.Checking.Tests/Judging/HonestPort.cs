using Llama3.Checking.Tests.Reports;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;
using Replacement = System.Collections.Generic.KeyValuePair<Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>>;

namespace Llama3.Checking.Tests.Judging;

/// <summary>
/// A port that is right and shares no arithmetic with the reference: its own loops, other orders of summation, a division for a product with the
/// inverse, a softmax in one pass, a rotation of real numbers. What it computes is rounded after each operation.
/// </summary>
/// <param name="Dot">How it adds up; the sum itself is in float32 or better.</param>
/// <param name="Round">To what it rounds.</param>
internal sealed record HonestPort(Dot Dot, Func<float, float> Round)
{
    /// <summary>Whether the residual stream stays in float32.</summary>
    public bool KeepsResidual { get; init; }

    /// <summary>Whether norms are rounded once, after their weight; otherwise at every operation, which in float16 is a known mistake: squares overflow.</summary>
    public bool KeepsNorms { get; init; }

    /// <summary>Whether rotation, scores and softmax are in float32, as in flash attention; otherwise tables, products and scores are rounded too.</summary>
    public bool KeepsAttention { get; init; }

    private static readonly Func<float, float> F32 = PlainMath.Roundings["fp32"], BF16 = PlainMath.Roundings["bf16"], F16 = PlainMath.Roundings["fp16"];

    /// <summary>The ports, by what they are.</summary>
    public static IReadOnlyDictionary<string, HonestPort> All { get; } = new Dictionary<string, HonestPort>
    {
        ["fp32, reversed"] = new(SumOrders.Reversed, F32),
        ["fp32, blocked"] = new(SumOrders.Blocked, F32),
        ["fp32, pairwise"] = new(SumOrders.Pairwise, F32),
        ["fp32, sums in double"] = new(SumOrders.InDouble, F32),
        ["bf16, every operation"] = new(SumOrders.Blocked, BF16),
        ["bf16, norms in float32"] = new(SumOrders.Reversed, BF16) { KeepsNorms = true },
        ["bf16, residual in float32"] = new(SumOrders.Pairwise, BF16) { KeepsNorms = true, KeepsResidual = true },
        ["bf16, attention in float32"] = new(SumOrders.Pairwise, BF16) { KeepsAttention = true },
        ["fp16, norms in float32"] = new(SumOrders.Reversed, F16) { KeepsNorms = true },
        ["fp16, residual in float32"] = new(SumOrders.Pairwise, F16) { KeepsNorms = true, KeepsResidual = true },
        ["fp16, norms and attention in float32"] = new(SumOrders.Blocked, F16) { KeepsNorms = true, KeepsAttention = true },
    };

    /// <summary>What its steps compute.</summary>
    public IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Steps => new Dictionary<ArticleStep, Func<Values, StepResult>>(
    [
        With(token_embeddings_unnormalized, v => Each(token_embeddings_unnormalized.run(v).tensor, KeepsResidual ? F32 : Round)),
        With(attention_norm_before_weight, v => Norm(v.layer_input, v.config.norm_eps)),
        With(token_embeddings, v => Weighted(v[attention_norm_before_weight], v.layer_weight("attention_norm"))),
        With(q_per_token, v => Times(v[token_embeddings], v[q_layer0_head0])),
        With(k_per_token, v => Times(v[token_embeddings], v[k_layer0_head0])),
        With(v_per_token, v => Times(v[token_embeddings], v[v_layer0_head0])),
        With(freqs_for_each_token, v => Angles(v.positions, v[freqs])),
        With(freqs_cis, v => Tables(v[freqs_for_each_token])),
        With(q_per_token_as_complex_numbers_rotated, v => torch.view_as_complex(Rotated(v[q_per_token_split_into_pairs], v[freqs_cis]))),
        With(k_per_token_split_into_pairs_rotated, v => Rotated(v[k_per_token_split_into_pairs], v[freqs_cis])),
        With(qk_per_token_before_scaling, v => OfHeads(v[q_per_token_rotated], v.keys, rounds: !KeepsAttention)),
        With(qk_per_token, v => Each(v[qk_per_token_before_scaling], Inner(x => x * (float)(1 / Math.Sqrt(v.config.head_dim))))),
        With(qk_per_token_after_masking_after_softmax, v => Softmax(v[qk_per_token_after_masking])),
        With(qkv_attention, v => OfHeads(v[qk_per_token_after_masking_after_softmax], v.values.transpose(-2, -1).contiguous(), rounds: true)),
        With(embedding_delta, v => Times(v[stacked_qkv_attention], v[w_layer0])),
        With(embedding_after_edit, v => Added(v.layer_input, v[embedding_delta])),
        With(ffn_norm_before_weight, v => Norm(v[embedding_after_edit], v.config.norm_eps)),
        With(embedding_after_edit_normalized, v => Weighted(v[ffn_norm_before_weight], v.layer_weight("ffn_norm"))),
        With(feed_forward_gate, v => Times(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w1"))),
        With(feed_forward_gate_activated, v => Each(v[feed_forward_gate], x => Round(x * (1 / (1 + MathF.Exp(-x)))))),
        With(feed_forward_up, v => Times(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w3"))),
        With(feed_forward_product, v => Zip(v[feed_forward_up], v[feed_forward_gate_activated], (up, gate) => Round(up * gate))),
        With(output_after_feedforward, v => Times(v[feed_forward_product], v.layer_weight("feed_forward.w2"))),
        With(layer_0_embedding, v => Added(v[output_after_feedforward], v[embedding_after_edit])),
        With(norm_before_weight, v => Norm(v[final_embedding], v.config.norm_eps)),
        With(final_embedding_normalized, v => Weighted(v[norm_before_weight], v.weight("norm"))),
        With(logits, v => Times(v[final_embedding_normalized][^1..], v.weight("output")).view(-1)),
    ]);

    private static Replacement With(ArticleStep step, Func<Values, Tensor> run) => new(step, v => run(v));

    private Func<float, float> Inner(Func<float, float> compute) => KeepsAttention ? compute : x => Round(compute(x));

    private Tensor Norm(Tensor x, double eps) => OfRows(x, row =>
    {
        if (KeepsNorms)
        {
            var root = MathF.Sqrt((Dot(row, row) / row.Length) + (float)eps);
            return Array.ConvertAll(row, number => number / root);
        }
        var squares = Array.ConvertAll(row, number => Round(number * number));
        var mean = Round(Dot(squares, Enumerable.Repeat(1f, row.Length).ToArray()) / row.Length);
        var inverse = Round(1 / MathF.Sqrt(Round(mean + (float)eps)));
        return Array.ConvertAll(row, number => Round(number * inverse));
    });

    private Tensor Weighted(Tensor x, Tensor weight)
    {
        var factors = weight.ToSingles();
        return OfRows(x, row => [.. row.Select((number, at) => Round(number * Round(factors[at])))]);
    }

    private Tensor Added(Tensor x, Tensor y) => Zip(x, y, (one, other) => KeepsResidual ? one + other : Round(one + other));

    private static Tensor Angles(Tensor positions, Tensor freqs)
    {
        var (at, freq) = (positions.ToInt64s(), freqs.ToSingles());
        return Tensor.FromSingles(at.SelectMany(position => freq.Select(one => (float)position * one)).ToArray(), [at.Length, freq.Length]);
    }

    private static Tensor Tables(Tensor angles) => torch.view_as_complex(
        Tensor.FromSingles(angles.ToSingles().SelectMany(angle => (float[])[MathF.Cos(angle), MathF.Sin(angle)]).ToArray(), [.. angles.shape, 2]));

    private Tensor Rotated(Tensor pairs, Tensor table)
    {
        var (numbers, of) = (pairs.ToSingles(), Array.ConvertAll(table.ToSingles(), number => KeepsAttention ? number : Round(number)));
        var rotated = new float[numbers.Length];
        var product = Inner(x => x);
        for (var i = 0; i < numbers.Length; i += 2)
        {
            var (x, y, cos, sin) = (numbers[i], numbers[i + 1], of[i % of.Length], of[(i + 1) % of.Length]);
            rotated[i] = Round(product(x * cos) + product(-y * sin));
            rotated[i + 1] = Round(product(y * cos) + product(x * sin));
        }
        return Tensor.FromSingles(rotated, pairs.shape);
    }

    /// <summary>The largest number and the sum are kept up to date from number to number.</summary>
    private Tensor Softmax(Tensor scores) => OfRows(scores, row =>
    {
        var (most, sum) = (float.NegativeInfinity, 0f);
        foreach (var score in row.Where(float.IsFinite))
        {
            var next = MathF.Max(most, score);
            (sum, most) = ((sum * MathF.Exp(most - next)) + MathF.Exp(score - next), next);
        }
        return Array.ConvertAll(row, score => Round(MathF.Exp(score - most) * (1 / sum)));
    });

    /// <summary>Each row of x with each row of the weight; with each head's where there are several.</summary>
    private Tensor Times(Tensor x, Tensor weight)
    {
        var matrix = Array.ConvertAll(weight.contiguous().ToSingles(), number => Round(number));
        var (rows, size, heads, columns) = (x.shape[0], (int)x.shape[^1], weight.ndim == 3 ? weight.shape[0] : 1, (int)weight.shape[^2]);
        var (left, products) = (x.ToSingles(), new float[heads * rows * columns]);
        for (var head = 0; head < heads; head++)
        {
            Multiply(left, matrix.AsSpan(head * columns * size, columns * size), products.AsSpan((int)(head * rows * columns)), size, columns, rounds: true);
        }
        return Tensor.FromSingles(products, weight.ndim == 3 ? [heads, rows, columns] : [rows, columns]);
    }

    /// <summary>Each row of a head with each row of the key/value head that it shares.</summary>
    private Tensor OfHeads(Tensor x, Tensor shared, bool rounds)
    {
        var (left, right) = (x.ToSingles(), shared.ToSingles());
        var (heads, rows, size, columns) = ((int)x.shape[0], (int)x.shape[1], (int)x.shape[2], (int)shared.shape[1]);
        var (group, products) = (heads / (int)shared.shape[0], new float[heads * rows * columns]);
        for (var head = 0; head < heads; head++)
        {
            Multiply(left.AsSpan(head * rows * size, rows * size), right.AsSpan(head / group * columns * size, columns * size), products.AsSpan(head * rows * columns), size, columns, rounds);
        }
        return Tensor.FromSingles(products, [heads, rows, columns]);
    }

    private void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> products, int size, int columns, bool rounds)
    {
        for (var at = 0; at < left.Length / size * columns; at++)
        {
            var sum = Dot(left.Slice(at / columns * size, size), right.Slice(at % columns * size, size));
            products[at] = rounds ? Round(sum) : sum;
        }
    }

    private static Tensor OfRows(Tensor tensor, Func<float[], float[]> compute)
    {
        var size = (int)tensor.shape[^1];
        return Tensor.FromSingles(tensor.ToSingles().Chunk(size).SelectMany(compute).ToArray(), tensor.shape);
    }

    private static Tensor Each(Tensor tensor, Func<float, float> compute) => Tensor.FromSingles(Array.ConvertAll(tensor.ToSingles(), x => compute(x)), tensor.shape);

    private static Tensor Zip(Tensor x, Tensor y, Func<float, float, float> compute) =>
        Tensor.FromSingles(x.ToSingles().Zip(y.ToSingles(), compute).ToArray(), x.shape);
}
