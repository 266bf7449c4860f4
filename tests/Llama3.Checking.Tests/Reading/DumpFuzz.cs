using Llama3.Checking.Goldens;

namespace Llama3.Checking.Tests.Reading;

/// <summary>Makes small dumps: of a right port, whole or in parts, of which some are changed.</summary>
/// <param name="random">What is chosen; the same seed makes the same dump.</param>
internal sealed class DumpFuzz(Random random)
{
    /// <summary>Keys of goldens, small ones of every kind of shape, and names under which they are dumped.</summary>
    private static readonly (string Key, string[] Names)[] Steps =
    [
        ("tokens", ["tokens", "inp_tokens"]),
        ("freqs_cis", ["freqs_cis", "freqs_cos", "freqs_sin"]),
        ("freqs_cos", ["freqs_cos"]),
        ("freqs_sin", ["freqs_sin", "model.rotary_emb.sin"]),
        ("mask", ["mask", "KQ_mask"]),
        ("layers.0.token_embeddings", ["token_embeddings", "attn_norm-0"]),
        ("layers.0.q_per_token", ["q_per_token", "layers.0.q_per_token", "model.layers.0.self_attn.q_proj"]),
        ("layers.1.q_per_token", ["layers.1.q_per_token", "layers.1.k_per_token"]),
        ("layers.1.q_per_token_rotated", ["layers.1.q_per_token_rotated", "Qcur_rope-1"]),
        ("layers.1.k_per_token", ["layers.1.k_per_token", "Kcur-1", "blocks.1.attn.hook_k"]),
        ("layers.1.k_per_token_as_complex_numbers", ["layers.1.k_per_token_as_complex_numbers"]),
        ("layers.0.v_per_token", ["v_per_token", "layers.0.v_per_token", "Vcur-0"]),
        ("layers.2.k_layer0", ["layers.2.k_layer0"]),
        ("layers.0.qk_per_token_after_masking", ["layers.0.qk_per_token_after_masking", "blocks.0.attn.hook_attn_scores"]),
        ("layers.2.qk_per_token_after_masking_after_softmax", ["kq_soft_max-2", "layers.2.qk_per_token_after_masking_after_softmax"]),
        ("layers.2.layer_0_embedding", ["layers.2.layer_0_embedding", "l_out-2", "model.layers.2.output"]),
        ("layers.1.stacked_qkv_attention", ["kqv_out-1", "layers.1.attention.wo.input"]),
        ("layers.1.embedding_delta", ["kqv_out-1", "attn_out-1", "layers.1.attention", "layers.1.attention.wo"]),
        ("layers.0.feed_forward_gate", ["layers.0.feed_forward.w1", "layers.0.feed_forward.w13"]),
        ("layers.0.q_layer0", ["layers.0.q_layer0", "q_layer0"]),
        ("layers.2.q_per_token_split_into_pairs", ["layers.2.q_per_token_split_into_pairs"]),
        ("final_embedding_normalized", ["final_embedding_normalized", "result_norm", "norm"]),
        ("next_token", ["next_token"]),
    ];

    private static IReadOnlyDictionary<string, Tensor> Passes => RightPort.Passes;

    private static readonly string[] Suffixes = [".head0", ".head7", "@0", "@3", "@16", ".head1@16", ".output", "@17", ".head8"];

    private static readonly double[] Values = [0, 1, -1, 0.5, 1e30, -1e30, float.MaxValue, float.MinValue, double.NaN, double.PositiveInfinity];

    private static readonly Lazy<Dictionary<string, Tensor>> Right = new(() =>
    {
        var right = MicroModel.Micro.Article.Results(ScalarType.Float32).Where(pair => pair.Value.text is null)
            .ToDictionary(pair => pair.Key, pair => pair.Value.tensor);
        var pairs = torch.view_as_real(right["freqs_cis"]).transpose(0, 2);
        right["freqs_cos"] = pairs[0].transpose(0, 1).contiguous().DetachFromDisposeScope();
        right["freqs_sin"] = pairs[1].transpose(0, 1).contiguous().DetachFromDisposeScope();
        return right;
    });

    /// <summary>The dump.</summary>
    public Dictionary<string, Tensor> Tensors()
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (key, names) in random.GetItems(Steps, random.Next(1, 4)))
        {
            var name = names[random.Next(names.Length)];
            var pass = OneIn(4) ? $"decode.{random.Next(2)}." : "";
            foreach (var (suffix, tensor) in Parts(Right.Value[key])) { tensors[pass + name + suffix] = tensor.contiguous(); }
        }
        if (OneIn(4)) { tensors["tokens"] = torch.full(random.Next(14, 21), 128000, dtype: int64); }
        else if (!OneIn(4)) { tensors.TryAdd("tokens", Right.Value["tokens"]); }
        foreach (var pass in new[] { "decode.0.", "decode.1." }.Where(_ => OneIn(2)))
        {
            tensors[$"{pass}tokens"] = OneIn(4) ? torch.full(random.Next(1, 4), random.Next(-1, 3), dtype: int64) : Passes[$"{pass}tokens"];
            tensors[$"{pass}layers.1.k_cache"] = OneIn(2) ? Changed(Passes[$"{pass}layers.1.k_cache"]) : Passes[$"{pass}layers.1.k_cache"];
        }
        return tensors;
    }

    private bool OneIn(int count) => random.Next(count) == 0;

    private Dictionary<string, Tensor> Parts(Tensor right)
    {
        var whole = OneIn(3) ? Changed(right) : right;
        var parts = random.Next(4) switch
        {
            0 when whole.ndim > 1 => Cut(whole, ".head"),
            1 when whole.ndim > 1 => Cut(whole.ndim > 2 ? whole.transpose(0, 1) : whole, "@"),
            2 when whole.ndim > 2 => Cut(whole, ".head").SelectMany(head => Cut(head.Value, $"{head.Key}@")).ToDictionary(),
            _ => new() { [OneIn(6) ? Suffixes[random.Next(Suffixes.Length)] : ""] = whole },
        };
        if (parts.Count == 0) { return parts; }
        var some = parts.Keys.ElementAt(random.Next(parts.Count));
        if (OneIn(3)) { parts[some] = Changed(parts[some]); }
        else if (OneIn(8)) { parts.Remove(some); }
        else if (OneIn(8)) { parts[Suffixes[random.Next(Suffixes.Length)]] = Changed(parts[some]); }
        return parts;
    }

    private static Dictionary<string, Tensor> Cut(Tensor tensor, string suffix) =>
        Enumerable.Range(0, (int)tensor.shape[0]).ToDictionary(index => $"{suffix}{index}", index => tensor[index]);

    private Tensor Changed(Tensor tensor) => random.Next(12) switch
    {
        9 when tensor.ndim > 1 && tensor.dtype == float32 => torch.cat([tensor, torch.full([.. tensor.shape[..^1], random.Next(1, 9)], 0)], -1),
        10 when tensor.ndim > 1 && tensor.dtype == float32 => torch.cat([tensor, torch.full([random.Next(1, 9), .. tensor.shape[1..]], 0)], 0),
        11 when tensor.ndim > 1 => tensor.transpose(0, tensor.ndim - 2)[^1..].transpose(0, tensor.ndim - 2),
        0 when tensor.ndim > 1 => tensor.transpose(random.Next((int)tensor.ndim), random.Next((int)tensor.ndim)),
        1 when tensor.ndim > 1 => tensor.reshape([tensor.shape[0] * tensor.shape[1], .. tensor.shape[2..]]),
        2 when tensor.ndim > 0 && tensor.shape[0] > 0 => tensor[random.Next((int)tensor.shape[0])],
        3 => torch.stack(Enumerable.Repeat(tensor, random.Next(1, 9))),
        4 when tensor.ndim > 0 => tensor[..random.Next((int)tensor.shape[0] + 1)],
        5 => Retyped(tensor),
        6 => tensor.reshape([1, .. tensor.shape]),
        7 => torch.full([.. tensor.shape.Select(size => Math.Max(0, size + random.Next(-1, 2)))], Values[random.Next(Values.Length)], dtype: float32),
        _ => torch.full(tensor.shape, Values[random.Next(Values.Length)], dtype: float32),
    };

    private Tensor Retyped(Tensor tensor)
    {
        if (tensor.dtype == ScalarType.ComplexFloat32) { return torch.view_as_real(tensor); }
        var numbers = tensor.to_type(float32);
        return random.Next(4) switch
        {
            0 => numbers.to_type(bfloat16),
            1 => torch.full(tensor.shape, random.NextInt64(-1L << 40, 1L << 40), dtype: int64),
            2 => torch.view_as_complex(torch.stack([numbers, numbers], -1)),
            _ => torch.stack([numbers, numbers], -1),
        };
    }
}
