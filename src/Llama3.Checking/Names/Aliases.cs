using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Names;

/// <summary>All names under which ports may dump: the ids of the steps, and those of the conventions.</summary>
internal static class Aliases
{
    /// <summary>The tables of other implementations' names.</summary>
    private static readonly Convention[] Conventions =
        [LlamaCppNames.All, MetaNames.All, HuggingFaceModules.All, TransformerLensNames.All, OnnxNames.All];

    /// <summary>The steps and finer points in reading order: what can be dumped.</summary>
    public static IReadOnlyList<ArticleStep> Dumpable { get; } =
        [.. ArticleSteps.all.Concat(FinerPoints.all).OrderBy(step => step.number).ThenBy(step => step.part_of is null)];

    /// <summary>What can be dumped of a pass with a cache: the same, and the steps that only such a pass has.</summary>
    public static IReadOnlyList<ArticleStep> DumpableWithCache { get; } = [.. Dumpable.SelectMany<ArticleStep, ArticleStep>(step =>
        step == freqs_for_each_token ? [CacheSteps.positions, step]
        : step == k_per_token_rotated ? [step, CacheSteps.k_cache]
        : step == v_per_token ? [step, CacheSteps.v_cache]
        : [step])];

    /// <summary>The place of a step or finer point among all that can be dumped, from 0.</summary>
    public static int Position(ArticleStep step) => Positions[step];

    /// <summary>All names.</summary>
    public static IReadOnlyList<Alias> All { get; } =
    [
        .. DumpableWithCache.Select(step => new Alias("", step.id, step)),
        .. DumpableWithCache.Where(step => step.repeats != Repeats.Once).Select(step => new Alias("", $"layers.{{n}}.{step.id}", step)),
        new("", "freqs_cos", freqs_cis, AliasPart.Cosines),
        new("", "freqs_sin", freqs_cis, AliasPart.Sines),
        .. Conventions.SelectMany(convention => convention.Aliases),
    ];

    /// <summary>All names of several results in one tensor.</summary>
    public static IReadOnlyList<FusedAlias> Fused { get; } = [.. Conventions.SelectMany(
        convention => convention.Fused, (convention, alias) => alias with { Convention = convention.Name })];

    private static Dictionary<ArticleStep, int> Positions { get; } = DumpableWithCache.Index().ToDictionary(pair => pair.Item, pair => pair.Index);

    /// <summary>The step or finer point with this id, or the step with this number; with a cache, as <c>decode.qk_per_token</c>.</summary>
    /// <exception cref="BadInputException">There is no such step; the message names the nearest.</exception>
    public static ArticleStep Find(string id) => StepList.Find([.. Dumpable, .. CacheSteps.all], id);

    /// <summary>The names of one step other than its id.</summary>
    public static IEnumerable<Alias> Of(ArticleStep step) => All.Where(alias => alias.Step == step && alias.Convention.Length > 0);
}
