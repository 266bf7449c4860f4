namespace Llama3.Checking.Texts.Mistakes;

/// <summary>The catalogue of mistakes with texts.</summary>
internal static class TextMistakes
{
    /// <summary>All of them, by the kinds of tasks at which they are looked for first.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
        [.. CutMistakes.All, .. MergeMistakes.All, .. TextChanges.All, .. FrameMistakes.All, .. TemplateMistakes.All, .. StreamMistakes.All, .. StopMistakes.All, .. SamplingMistakes.All];
}
