using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Mistakes;

/// <summary>The catalogue of mistakes, by the part of the model that they get wrong.</summary>
internal static class KnownMistakes
{
    /// <summary>All of them, in the order of the article.</summary>
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        .. PromptMistakes.All, .. NormMistakes.All, .. WeightMistakes.All, .. AngleMistakes.All, .. RotationMistakes.All, .. HeadMistakes.All,
        .. ScoreMistakes.All, .. MaskMistakes.All, .. SoftmaxMistakes.All, .. ResidualMistakes.All, .. FeedForwardMistakes.All, .. OutputMistakes.All,
    ];

    /// <summary>What can go wrong in a pass over new tokens: what a cache adds, and all of the article but its prompt.</summary>
    public static IReadOnlyList<KnownMistake> OfPasses { get; } =
        [.. CacheMistakes.All, .. All.Where(mistake => !mistake.Wrong.Keys.Any(step => NotInPasses.Contains(step)))];

    /// <summary>What only those can get wrong that keep something: a cache, padding beside a row, what an earlier run has left.</summary>
    public static IReadOnlyList<KnownMistake> OfCaches { get; } = [.. CacheMistakes.All, .. StateMistakes.All, .. GrowthMistakes.All];

    /// <summary>All that can go wrong anywhere, with a cache or without, in a batch or after another run.</summary>
    public static IReadOnlyList<KnownMistake> Everything { get; } = [.. All.Union(OfPasses), .. StateMistakes.All, .. OfSome];

    /// <summary>What can only go wrong on some models, with many tokens, or with numbers of fewer bits.</summary>
    public static IEnumerable<KnownMistake> OfSome => [.. ModelMistakes.All, .. CacheNumberMistakes.All, .. OverflowMistakes.All, .. TableMistakes.All, .. GrowthMistakes.All];

    /// <summary>What can go wrong in a prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="positions">How many positions there are, from 0 on.</param>
    public static IReadOnlyList<KnownMistake> On(ModelParams model, long positions) => [.. All.Concat(OfSome).Except(OfCaches).Where(mistake => mistake.CanBeMadeOn(model, positions))];

    /// <summary>What can go wrong in a pass over new tokens.</summary>
    /// <param name="model">The model.</param>
    /// <param name="positions">How many positions there are, those of the tokens before among them.</param>
    public static IReadOnlyList<KnownMistake> InPass(ModelParams model, long positions) =>
        [.. OfPasses.Concat(OfSome).Where(mistake => mistake.CanBeMadeOn(model, positions))];

    private static ArticleStep[] NotInPasses => [ArticleSteps.tokens, ArticleSteps.prompt_split_as_tokens];

    /// <summary>
    /// A mistake, how to fix it, and what the steps that it gets wrong compute. A step that has finer points inside may be told twice: first
    /// from its inputs, then from these points. If it is told once and one of these points is wrong too, the point makes the step wrong.
    /// </summary>
    internal static KnownMistake Mistake(string name, string mistake, string fix, params (ArticleStep Step, Func<Values, StepResult> Run)[] wrong) =>
        Mistake(name, mistake, fix, [], wrong);

    /// <summary>A mistake that somebody has described in public.</summary>
    internal static KnownMistake Mistake(
        string name, string mistake, string fix, string[] see, params (ArticleStep Step, Func<Values, StepResult> Run)[] wrong) =>
        new(name, mistake, fix, see, wrong);
}
