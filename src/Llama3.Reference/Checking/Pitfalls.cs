namespace Llama3.Reference.Checking;

/// <summary>The catalogue of mistakes, by the part of the model that they spoil.</summary>
public static class Pitfalls
{
    /// <summary>All of them, in the order of the article.</summary>
    public static IReadOnlyList<Pitfall> All { get; } =
    [
        .. PromptPitfalls.All, .. NormPitfalls.All, .. WeightPitfalls.All, .. AnglePitfalls.All, .. RotationPitfalls.All, .. HeadPitfalls.All,
        .. ScorePitfalls.All, .. MaskPitfalls.All, .. ResidualPitfalls.All, .. FeedForwardPitfalls.All, .. OutputPitfalls.All,
    ];

    /// <summary>What can go wrong in a pass over new tokens: what a cache adds, and all of the article but its prompt and its positions.</summary>
    public static IReadOnlyList<Pitfall> OfPasses { get; } =
        [.. CachePitfalls.All, .. All.Where(pitfall => !pitfall.Wrong.Keys.Any(step => NotInPasses.Contains(step)))];

    private static ArticleStep[] NotInPasses => [ArticleSteps.tokens, ArticleSteps.prompt_split_as_tokens, ArticleSteps.freqs_for_each_token];

    /// <summary>What can go wrong in a case.</summary>
    internal static IReadOnlyList<Pitfall> Of(GoldenCase golden) => golden.IsPass ? OfPasses : All;

    /// <summary>A mistake, how to mend it, and what it makes of each step that it spoils.</summary>
    internal static Pitfall Mistake(string name, string mistake, string fix, params (ArticleStep Step, Func<Values, StepResult> Run)[] wrong) =>
        Mistake(name, mistake, fix, [], wrong);

    /// <summary>A mistake that somebody has told of in public.</summary>
    internal static Pitfall Mistake(
        string name, string mistake, string fix, string[] see, params (ArticleStep Step, Func<Values, StepResult> Run)[] wrong) =>
        new(name, mistake, fix, see, wrong.ToDictionary(pair => pair.Step, pair => pair.Run));
}
