using System.Text.Json;

namespace Llama3.Tensors.Tests;

/// <summary>How the operations named in torch-values.json are spelled in C#, and how close their results must be.</summary>
internal static class TorchOps
{
    public static readonly Dictionary<string, (Tolerance Tolerance, Func<Tensor[], JsonElement[], Tensor[]> Run)> All = new()
    {
        ["to_type"] = Exact((t, a) => t[0].to_type(Enum.Parse<ScalarType>(a[0].GetString()!))),
        ["add"] = Exact((t, a) => t[0] + t[1]),
        ["sub"] = Exact((t, a) => t[0] - t[1]),
        ["mul"] = Exact((t, a) => t[0] * t[1]),
        ["div"] = Exact((t, a) => t[0] / t[1]),
        ["add_scalar"] = Exact((t, a) => t[0] + Number(a[0])),
        ["sub_scalar"] = Exact((t, a) => t[0] - Number(a[0])),
        ["mul_scalar"] = Exact((t, a) => t[0] * Number(a[0])),
        ["div_scalar"] = Rounded((t, a) => t[0] / Number(a[0])),
        ["scalar_sub"] = Exact((t, a) => Number(a[0]) - t[0]),
        ["scalar_div"] = Exact((t, a) => Number(a[0]) / t[0]),
        ["abs"] = Exact((t, a) => t[0].abs()),
        ["neg"] = Exact((t, a) => -t[0]),
        ["exp"] = Rounded((t, a) => t[0].exp()),
        ["sqrt"] = Exact((t, a) => t[0].sqrt()),
        ["rsqrt"] = Rounded((t, a) => rsqrt(t[0])),
        ["reciprocal"] = Exact((t, a) => t[0].reciprocal()),
        ["cos"] = Rounded((t, a) => t[0].cos()),
        ["sin"] = Rounded((t, a) => t[0].sin()),
        ["silu"] = Rounded((t, a) => t[0].silu()),
        ["pow"] = Rounded((t, a) => t[0].pow(Number(a[0]))),
        ["pow_tensor"] = Rounded((t, a) => t[0].pow(t[1])),
        ["scalar_pow"] = Rounded((t, a) => pow(Number(a[0]), t[0])),

        ["sum"] = Summed((t, a) => t[0].sum(Longs(a[0]), a[1].GetBoolean())),
        ["sum_all"] = Summed((t, a) => t[0].sum()),
        ["mean"] = Summed((t, a) => t[0].mean(Longs(a[0]), a[1].GetBoolean())),
        ["mean_all"] = Summed((t, a) => t[0].mean()),
        ["argmax"] = Exact((t, a) => t[0].argmax(a[0].GetInt64(), a[1].GetBoolean())),
        ["argmax_all"] = Exact((t, a) => t[0].argmax()),
        ["max"] = (Tolerance.Exact, (t, a) => Pair(t[0].max(a[0].GetInt64(), a[1].GetBoolean()))),
        ["topk"] = (Tolerance.Exact, (t, a) => Pair(t[0].topk(a[0].GetInt32(), a[1].GetInt32(), a[2].GetBoolean()))),
        ["softmax"] = Rounded((t, a) => t[0].softmax(a[0].GetInt32())),

        ["matmul"] = Summed((t, a) => matmul(t[0], t[1])),
        ["matmul_t"] = Summed((t, a) => matmul(t[0], t[1].T)),
        ["t_matmul"] = Summed((t, a) => matmul(t[0].T, t[1])),
        ["mm"] = Summed((t, a) => t[0].mm(t[1])),
        ["bmm"] = Summed((t, a) => t[0].bmm(t[1])),
        ["bmm_t"] = Summed((t, a) => t[0].bmm(t[1].transpose(1, 2))),
        ["outer"] = Exact((t, a) => outer(t[0], t[1])),

        ["view_as_complex"] = Exact((t, a) => view_as_complex(t[0])),
        ["view_as_real"] = Exact((t, a) => view_as_real(t[0])),
        ["polar"] = Rounded((t, a) => polar(t[0], t[1])),
        ["arange"] = Rounded((t, a) => Arange([.. a.Select(Number)])),
        ["triu"] = Exact((t, a) => t[0].triu(a[0].GetInt64())),

        ["cat"] = Exact((t, a) => cat(t, a[0].GetInt64())),
        ["stack"] = Exact((t, a) => stack(t, a[0].GetInt64())),
        ["index_select"] = Exact((t, a) => t[0].index_select(a[0].GetInt64(), t[1])),

        ["index"] = Exact((t, a) => t[0][[.. a.Select(Index)]]),
        ["view"] = Exact((t, a) => t[0].view(Longs(a))),
        ["transpose_reshape"] = Exact((t, a) => t[0].transpose(0, 2).reshape(Longs(a))),
        ["permute"] = Exact((t, a) => t[0].permute(Longs(a))),
        ["transpose"] = Exact((t, a) => t[0].transpose(a[0].GetInt64(), a[1].GetInt64())),
        ["T"] = Exact((t, a) => t[0].T),
        ["split"] = (Tolerance.Exact, (t, a) => t[0].split(a[0].GetInt64(), a[1].GetInt32())),
        ["as_strided"] = Exact((t, a) => t[0].as_strided(Longs(a[0]), Longs(a[1]), a[2].GetInt64())),
        ["unsqueeze"] = Exact((t, a) => t[0].unsqueeze(a[0].GetInt64())),
        ["squeeze"] = Exact((t, a) => t[0].squeeze(a[0].GetInt64())),
        ["squeeze_all"] = Exact((t, a) => t[0].squeeze()),
        ["expand"] = Exact((t, a) => t[0].expand(Longs(a))),
        ["chain"] = Exact((t, a) => t[0].transpose(0, 1)[TensorIndex.Slice(1, 6, 2)].permute(2, 0, 1)[TensorIndex.Ellipsis, 1..]
            .reshape(4, -1)[1..].T.contiguous().view(2, -1)),
        ["rope_pairs"] = Exact((t, a) => t[0].view(3, -1, 2).view_as_complex()[1..].view_as_real().reshape(2, -1)),
    };

    private static (Tolerance, Func<Tensor[], JsonElement[], Tensor[]>) Exact(Func<Tensor[], JsonElement[], Tensor> run) =>
        (Tolerance.Exact, (t, a) => [run(t, a)]);

    private static (Tolerance, Func<Tensor[], JsonElement[], Tensor[]>) Rounded(Func<Tensor[], JsonElement[], Tensor> run) =>
        (Tolerance.Rounded, (t, a) => [run(t, a)]);

    private static (Tolerance, Func<Tensor[], JsonElement[], Tensor[]>) Summed(Func<Tensor[], JsonElement[], Tensor> run) =>
        (Tolerance.Summed, (t, a) => [run(t, a)]);

    private static Tensor[] Pair((Tensor First, Tensor Second) pair) => [pair.First, pair.Second];

    private static long[] Longs(JsonElement list) => Longs([.. list.EnumerateArray()]);

    private static long[] Longs(JsonElement[] list) => [.. list.Select(item => item.GetInt64())];

    /// <summary>1.0 is a floating-point number in Python, 1 an integer.</summary>
    private static Scalar Number(JsonElement number) => number.GetRawText().Contains('.') ? (Scalar)number.GetDouble() : number.GetInt64();

    private static Tensor Arange(Scalar[] numbers) => numbers switch
    {
        [var stop] => arange(stop),
        [var start, var stop] => arange(start, stop),
        _ => arange(numbers[0], numbers[1], numbers[2]),
    };

    private static TensorIndex Index(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.Number => item.GetInt64(),
        JsonValueKind.String => item.GetString() == "..." ? TensorIndex.Ellipsis : TensorIndex.None,
        _ => Slice([.. item.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.Null ? (long?)null : part.GetInt64())]),
    };

    /// <summary>Python's slice(stop), slice(start, stop) and slice(start, stop, step).</summary>
    private static TensorIndex Slice(long?[] parts) => parts switch
    {
        [var stop] => TensorIndex.Slice(stop: stop),
        [var start, var stop] => TensorIndex.Slice(start, stop),
        _ => TensorIndex.Slice(parts[0], parts[1], parts[2]),
    };
}
