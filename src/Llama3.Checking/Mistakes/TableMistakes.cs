using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Mistakes;

/// <summary>Tables of cosines and sines that are shorter than the prompt: what later tokens get instead of rows of their own.</summary>
internal static class TableMistakes
{
    private const string LongEnough = "make the table as long as the context (max_position_embeddings of config.json), or compute the angles of the positions at hand";

    /// <summary>By the length of the table; later tokens take its last row, start again at its first, or are not rotated but lost.</summary>
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        .. Of(512, "a length that ports try first"),
        .. Of(2048, "max_position_embeddings by default in LlamaConfig"),
        .. Of(4096, "as in Llama 2", "pegainfer-project/pegainfer#220"),
        .. Of(8192, "as in Llama 3", "hyprstream/hyprstream#1546"),
    ];

    private static KnownMistake[] Of(long rows, string whose, params string[] see) =>
    [
        Mistake($"rope_table_{rows}", $"the table of cosines and sines ends at position {rows - 1} ({whose}), and later tokens use its last row",
            fix: LongEnough, see,
            (freqs_for_each_token, v => at(v, position => Math.Min(position, rows - 1)))).Beyond(rows),
        Mistake($"rope_table_{rows}_wrapped", $"the table of cosines and sines ends at position {rows - 1} ({whose}), and later tokens start again at its first row",
            fix: LongEnough,
            (freqs_for_each_token, v => at(v, position => position % rows))).Beyond(rows),
        Mistake($"rope_table_{rows}_zero", $"the table of cosines and sines ends at position {rows - 1} ({whose}), and for later tokens both are 0",
            fix: LongEnough,
            (freqs_cis, v => torch.polar(inside(v, rows), v[freqs_for_each_token]))).Beyond(rows),
    ];

    private static Tensor at(Values v, Func<float, float> row) => torch.outer(v.positions.to_type(float32).each(row), v[freqs]);

    /// <summary>1 for every pair of a token that the table has a row for, else 0.</summary>
    private static Tensor inside(Values v, long rows) =>
        torch.outer(v.positions.to_type(float32).each(position => position < rows ? 1 : 0), torch.ones_like(v[freqs]));
}
