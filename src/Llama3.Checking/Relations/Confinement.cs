using Llama3.Checking.Comparing;

namespace Llama3.Checking.Relations;

/// <summary>Indexes of an axis that are wrong, while all others are right.</summary>
/// <param name="Back">The axis, counted from the last.</param>
/// <param name="Text">"the first token", "heads 2–3"</param>
/// <param name="Contains">Of an index and the size of the axis, whether it is one of them.</param>
internal sealed record Confinement(int Back, string Text, Func<int, int, bool> Contains)
{
    /// <summary>A longer axis, such as that of the vocabulary, tells a reader nothing.</summary>
    private const int Longest = 512;
    private const int MostRanges = 4;

    /// <summary>Where all results are wrong along an axis, and only there; null if that cannot be said in few words.</summary>
    /// <param name="misses">Wrong results.</param>
    /// <param name="back">The axis, counted from the last.</param>
    /// <param name="nouns">The words for it.</param>
    public static Confinement? Of(IReadOnlyList<Miss> misses, int back, Nouns nouns)
    {
        var wrong = misses.Select(miss => WrongAlong(miss, back)).OfType<(IReadOnlyList<int> Indexes, int Size)>().ToList();
        if (wrong.TrueForAll(one => one.Indexes.Count == one.Size) || wrong.Exists(one => one.Indexes.Count == 0)) { return null; }
        return Candidates(back, nouns, wrong[0].Indexes).FirstOrDefault(candidate => wrong.TrueForAll(one =>
            one.Indexes.SequenceEqual(Enumerable.Range(0, one.Size).Where(index => candidate.Contains(index, one.Size)))));
    }

    /// <summary>Whether a number stands at one of these indexes; in a result without the axis, all do.</summary>
    public bool Holds(Miss miss, int place) =>
        miss.FromEnd(Back) is not { } axis || Contains(miss.Expected.IndexOf(axis, place), miss.Expected.Size(axis));

    private static IEnumerable<Confinement> Candidates(int back, Nouns nouns, IReadOnlyList<int> indexes)
    {
        yield return new(back, $"the first {nouns.One}", (index, _) => index == 0);
        yield return new(back, $"the last {nouns.One}", (index, size) => index == size - 1);
        yield return new(back, $"all {nouns.Many} but the first", (index, _) => index > 0);
        yield return new(back, $"all {nouns.Many} but the last", (index, size) => index < size - 1);
        yield return new(back, $"the first half of the {nouns.Many}", (index, size) => size > 2 && index < size / 2);
        yield return new(back, $"the second half of the {nouns.Many}", (index, size) => size > 2 && index >= size / 2);
        yield return new(back, $"every second of the {nouns.Many}, from 0 on", (index, size) => size > 3 && index % 2 == 0);
        yield return new(back, $"every second of the {nouns.Many}, from 1 on", (index, size) => size > 3 && index % 2 == 1);
        if (NumberText.Ranges(indexes).Split(',').Length <= MostRanges) { yield return new(back, nouns.At(indexes), (index, _) => indexes.Contains(index)); }
    }

    /// <summary>The wrong indexes along an axis; null where there is no such axis. The first head alone is index 0 of all heads.</summary>
    private static (IReadOnlyList<int> Indexes, int Size)? WrongAlong(Miss miss, int back)
    {
        if (miss.FromEnd(back) is not { } axis) { return back == miss.Axes.Count && miss.EveryHead is { } heads ? ([0], heads.Size(0)) : null; }
        if (miss.Expected.Size(axis) is < 2 or > Longest) { return null; }
        var wrong = miss.Actual.Slices(axis).Zip(miss.Expected.Slices(axis), (actual, expected) => !miss.IsNear(actual, expected));
        return ([.. wrong.Index().Where(one => one.Item).Select(one => one.Index)], miss.Expected.Size(axis));
    }
}
