using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Printing;

/// <summary>What a step declares, in words.</summary>
internal static class StepText
{
    private static readonly Scope Layer = Scope.Layer(0);

    /// <summary>The 42 steps in reading order, each followed by the finer points inside it.</summary>
    public static IEnumerable<ArticleStep> All => ArticleSteps.all.SelectMany(step => Inside(step).Prepend(step));

    /// <summary>Whether it is a step of the second chapter, about passes with a cache.</summary>
    public static bool IsOfCache(ArticleStep step) => step.chapter == Chapter.Cache;

    /// <summary>The goldens that show it: of the article's prompt, or of the pass over several tokens at once, in which sizes differ.</summary>
    public static GoldenCase CaseOf(ArticleStep step) => IsOfCache(step) ? MicroModel.Micro.Passes.First(pass => pass.Tokens > 1) : MicroModel.Micro.Article;

    /// <summary>The notebooks and the cells in which it is computed, or described.</summary>
    public static IEnumerable<string> Cells(ArticleStep step) => IsOfCache(step)
        ? [$"Deepdive-llama3-from-scratch-en.ipynb, cell {step.cell} (text, without code)"]
        : MicroModel.Micro.Manifest.Steps.Single(entry => entry.Id == (step.part_of ?? step).id)
            .Cells.Select(cell => $"{cell.Key}.ipynb, cell {cell.Value}");

    /// <summary>The known mistakes in it.</summary>
    public static IEnumerable<KnownMistake> Mistakes(ArticleStep step) =>
        (IsOfCache(step) ? KnownMistakes.OfPasses : KnownMistakes.All).Concat(KnownMistakes.OfSome).Concat(StateMistakes.All).Where(mistake => mistake.Wrong.ContainsKey(step.in_article));

    /// <summary>The finer points inside a step.</summary>
    public static IEnumerable<ArticleStep> Inside(ArticleStep step) => FinerPoints.all.Where(point => point.part_of == step);

    /// <summary>The shape in which it is dumped under "layers.{n}.": all heads.</summary>
    public static Shape Shape(ArticleStep step) => step.shape_in(Layer);

    /// <summary>As torch and the manifest spell it, such as "bfloat16"; "text" for the one step that computes no tensor.</summary>
    public static string Dtype(ArticleStep step) => step.dtype switch
    {
        null => "text",
        ScalarType.Int64 => "int64",
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float32 => "float32",
        ScalarType.ComplexFloat32 => "complex64",
        _ => throw new InvalidOperationException($"{step} has the dtype {step.dtype}"),
    };

    /// <summary>How often it is computed.</summary>
    public static string HowOften(ArticleStep step) => step.repeats switch
    {
        Repeats.Once => "once",
        Repeats.PerLayer => "per layer",
        Repeats.PerQueryHead => "per head",
        _ => "per kv head",
    };

    /// <summary>Whether a port MUST or MAY dump it; empty for text, which is not a tensor.</summary>
    public static string Demand(ArticleStep step) => DumpContract.Must.Contains(step.in_article) ? "MUST" : step.dtype is null ? "" : "MAY";

    /// <summary>The name under which it is dumped, "{n}" standing for the layer.</summary>
    public static string Key(ArticleStep step) => (IsOfCache(step) ? "decode.{i}." : "") + KeyInPass(step);

    private static string KeyInPass(ArticleStep step) => step.repeats == Repeats.Once ? step.id : $"layers.{{n}}.{step.id}";

    /// <summary>The results and weights that it reads in layer 0 and head 0 of the micro checkpoint, with the sizes there.</summary>
    public static IReadOnlyList<Input> Inputs(ArticleStep step) => RunInMicro(step, (run, _) => run.Inputs);

    /// <summary>The same as text; of a step that reads neither, what it reads instead.</summary>
    public static IEnumerable<string> Reads(ArticleStep step) => RunInMicro(step, (run, walk) => Reads(step, run, walk));

    /// <summary>What a run of a step has read: results and weights with their sizes, the prompt, or <c>head_dim</c>.</summary>
    public static IEnumerable<string> Reads(ArticleStep step, StepRun run, Walk walk) =>
        run.Inputs.Count > 0 ? run.Inputs.Select(TensorText.Describe)
        : step == ArticleSteps.tokens ? walk.prompt.Length > 0 ? [Printable.Quoted(walk.prompt)] : []
        : step == ArticleSteps.zero_to_one_split_into_64_parts ? [$"head_dim {walk.config.head_dim}"]
        : [];

    private static T RunInMicro<T>(ArticleStep step, Func<StepRun, Walk, T> read)
    {
        using var walk = (IsOfCache(step) ? MicroModel.Micro.Passes[0] : MicroModel.Micro.Article).Walk(ScalarType.Float32);
        var run = walk.Run(step, Scope.Article);
        run.Result.Dispose();
        return read(run, walk);
    }

    /// <summary>How near to the goldens the step's own test must come, and why.</summary>
    public static string Tolerance(ToleranceEntry entry)
    {
        var engine = entry.Engine is null ? "" : $" on {entry.Engine}";
        return $"{entry.Precision} step test{engine}, {entry.Tolerance}: {entry.Reason}";
    }

    /// <summary>How near to the golden the dump of a port must come, and why.</summary>
    public static string Tolerance(PortToleranceEntry entry) => $"{entry.Precision} port, {entry.Against}, {Limit(entry)}: {entry.Reason}";

    private static string Limit(PortToleranceEntry entry) => entry.Rule switch
    {
        Rule.Exact => "exact",
        Rule.RelL2 or Rule.PerElement => entry.Tolerance.ToString(),
        _ => $"at most {NumberText.Limit(entry.Limit)} times as far from float32 as bfloat16 is, or rel-L2 <= {NumberText.Limit(entry.Floor)}",
    };
}
