using Llama3.Checking.Names;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Searching;

/// <summary>Slips of the finger: two letters that changed places, or in longer words one letter too many, too few or wrong.</summary>
internal static class Slips
{
    private const int ShortestSwapped = 4;
    private const int ShortestOther = 6;
    private const int BeginsAlike = 5;
    private const int MostNear = 3;

    /// <summary>All names, and all words by which something can be found.</summary>
    private static IReadOnlyList<string> Known { get; } =
    [
        .. Topic.All.SelectMany(topic => (string[])[topic.Name, .. NamesOf(topic.Step), .. Words.Of(topic.Text)])
            .Where(word => word.Length >= ShortestSwapped).Distinct(),
    ];

    /// <summary>What was meant, as a whole or word by word; null if a word resembles none.</summary>
    public static string? Correct(string typed)
    {
        if (Resembling(Words.Squeezed(typed)) is { } whole) { return whole; }
        var words = Words.Asked(typed).Select(word => Known.Contains(word) ? word : Resembling(word)).ToList();
        return words.Count > 0 && !words.Contains(null) ? string.Join(' ', words) : null;
    }

    /// <summary>At most three names and words that are the same for more than half of the whole; else those of its words that are known.</summary>
    public static IEnumerable<string> Near(string typed)
    {
        var word = Words.Squeezed(typed);
        var alike = Known.Select(known => (known, Start: Start(word, Words.Squeezed(known))))
            .Where(pair => pair.Start >= BeginsAlike && 2 * pair.Start > word.Length)
            .OrderByDescending(pair => pair.Start).ThenBy(pair => pair.known.Length)
            .Select(pair => pair.known).Take(MostNear).ToList();
        return alike.Count > 0 ? alike : Words.Asked(typed).Where(Known.Contains);
    }

    private static IEnumerable<string> NamesOf(ArticleStep? step) =>
        step is null ? [] : step.functions.Select(function => function.Split('.')[1]).Concat(FieldWords.Of(step));

    private static string? Resembling(string typed) => Known.FirstOrDefault(known => IsSlip(typed, Words.Squeezed(known)));

    /// <summary>
    /// Whether one slip makes the one of the other. The first letter is never guessed, and a digit neither; another ending is another word, as
    /// of "encode" and "encoder".
    /// </summary>
    private static bool IsSlip(string typed, string known)
    {
        var shorter = Math.Min(typed.Length, known.Length);
        if (shorter < ShortestSwapped || Math.Abs(typed.Length - known.Length) > 1 || typed[0] != known[0]) { return false; }
        var isSwap = typed.Order().SequenceEqual(known.Order());
        return (isSwap || (shorter >= ShortestOther && typed[^1] == known[^1]))
            && typed.Where(char.IsDigit).SequenceEqual(known.Where(char.IsDigit)) && Spelling.Distance(typed, known) == 1;
    }

    /// <summary>How many letters are the same from the beginning on.</summary>
    private static int Start(IEnumerable<char> one, IEnumerable<char> other) => one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
}
