using Llama3.Checking.Mistakes;
using Llama3.Checking.Texts.Mistakes;

namespace Llama3.Verify.Searching;

/// <summary>Finds the mistakes with texts. Those that show in tensors too are told by them.</summary>
internal static class TextTopics
{
    private static readonly IReadOnlyList<TextMistake> All = [.. TextMistakes.All.ExceptBy(KnownMistakes.Everything.Select(mistake => mistake.Name), mistake => mistake.Name)];

    /// <summary>The mistake of this name; null if there is none.</summary>
    public static TextMistake? Named(string typed) => All.SingleOrDefault(mistake => Words.Squeezed(mistake.Name) == Words.Squeezed(typed));

    /// <summary>The mistakes in whose names or sentences all words occur.</summary>
    public static IReadOnlyList<TextMistake> With(string typed) =>
        [.. All.Where(mistake => Words.Asked(typed) is { Count: > 0 } words && words.All(word => Words.HasForm(Words.Line(mistake.Name, mistake.Mistake), word)))];
}
