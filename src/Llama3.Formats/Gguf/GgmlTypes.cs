using System.Globalization;
using Llama3.Formats.Gguf.Blocks;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Gguf;

/// <summary>The types of tensors in GGUF files.</summary>
internal static class GgmlTypes
{
    /// <summary>Types that are not in blocks: their numbers are used as they are in the file.</summary>
    public static IReadOnlyDictionary<uint, Dtype> Plain { get; } = new Dictionary<uint, Dtype>
    {
        [0] = Dtype.F32,
        [30] = Dtype.BF16,
        [24] = Dtype.I8,
        [25] = Dtype.I16,
        [26] = Dtype.I32,
        [27] = Dtype.I64,
    };

    /// <summary>Names of types that cannot be read, for messages.</summary>
    private static readonly Dictionary<uint, string> Others =
        ("4 Q4_2, 5 Q4_3, 9 Q8_1, 15 Q8_K, 16 IQ2_XXS, 17 IQ2_XS, 18 IQ3_XXS, 19 IQ1_S, 20 IQ4_NL, 21 IQ3_S, 22 IQ2_S, 23 IQ4_XS, 28 F64, "
            + "29 IQ1_M, 34 TQ1_0, 35 TQ2_0, 39 MXFP4")
        .Split(", ").Select(type => type.Split(' ')).ToDictionary(type => uint.Parse(type[0], CultureInfo.InvariantCulture), type => type[1]);

    /// <summary>"F32, BF16, I8, …, F16, Q4_0, …"</summary>
    public static string Known { get; } = string.Join(", ", Plain.Values.Select(dtype => $"{dtype}").Concat(BlockType.All.Select(type => type.Name)));

    /// <summary>The name of a type that cannot be read.</summary>
    public static string NameOf(uint id) => Others.TryGetValue(id, out var name) ? name : $"{id}";
}
