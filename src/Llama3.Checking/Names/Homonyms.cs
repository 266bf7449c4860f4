using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Names;

/// <summary>
/// Names that stand for another step than <see cref="Aliases.All"/> says where a dump is llama.cpp's, or from a later version of it. The other
/// names in a dump tell; where they do not, the numbers do.
/// </summary>
internal static class Homonyms
{
    private const string Norm = "norm";
    private const string KqvOut = "kqv_out-{n}";
    private const string AttnOut = "attn_out-{n}";

    /// <summary>Whether a name is that of the input of wo in llama.cpp today, which was the output before.</summary>
    public static bool IsKqvOut(TensorName name) => name.Alias.Template == KqvOut;

    /// <summary>Whether kqv_out is the input of wo in a dump: the output has another name there. Null if the names do not tell.</summary>
    public static bool? KqvOutIsInput(IReadOnlyCollection<TensorName> names) => names.Any(name => name.Alias.Template == AttnOut) ? true : null;

    /// <summary>Whether a dump is llama.cpp's: it has names of its nodes.</summary>
    public static bool IsOfLlamaCpp(IReadOnlyCollection<TensorName> names) => names.Any(name => name.Alias.Convention == LlamaCppNames.Name);

    /// <summary>What a name stands for in a dump.</summary>
    /// <param name="name">What it stands for elsewhere.</param>
    /// <param name="names">All names of the dump that are known.</param>
    /// <param name="kqvOutIsInput">Whether kqv_out is the input of wo.</param>
    public static TensorName In(TensorName name, IReadOnlyCollection<TensorName> names, bool kqvOutIsInput) => name.Alias.Template switch
    {
        KqvOut when kqvOutIsInput => As(name, ArticleSteps.stacked_qkv_attention),
        Norm when IsOfLlamaCpp(names) => As(name, FinerPoints.norm_before_weight),
        _ => name,
    };

    private static TensorName As(TensorName name, ArticleStep step) =>
        name with { Alias = new Alias(LlamaCppNames.Name, name.Alias.Template, step) };
}
