using Llama3.Formats.Input;

namespace Llama3.Checking.Reading.Readers;

/// <summary>Checks that all parts of a result are in a dump, each of them once.</summary>
internal static class Completeness
{
    private const int MostShown = 3;

    /// <summary>"0, 2, 3 and 5 more"</summary>
    public static string Few<T>(IReadOnlyCollection<T> all) =>
        string.Join(", ", all.Take(MostShown)) + (all.Count > MostShown ? $" and {all.Count - MostShown} more" : "");

    /// <summary>Refuses two with the same key.</summary>
    public static void RequireOnce<T, TKey>(IEnumerable<T> found, Func<T, TKey> key, Func<T, string> name)
    {
        if (found.GroupBy(key).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
        {
            throw new UnreadableException(name(twice.First()), $"is the same result as {Printable.Text(name(twice.Last()))}; dump it once");
        }
    }

    /// <summary>Refuses parts, such as heads, where the whole was dumped too.</summary>
    public static void RequireAlike(string axis, IReadOnlyList<NamedEntry> parts, Func<NamedEntry, int?> index)
    {
        if (parts.FirstOrDefault(part => index(part) is null) is { } all)
        {
            var part = parts.First(part => index(part) is not null).Entry.Written;
            throw new UnreadableException(all.Entry.Written, $"is dumped as a whole and by {axis}, as {Printable.Text(part)}; dump one of the two");
        }
    }

    /// <summary>Refuses parts unless there is one for each index.</summary>
    /// <param name="axis">"head" or "position".</param>
    /// <param name="parts">The parts, each with an index of its own.</param>
    /// <param name="index">Which one a part is.</param>
    /// <param name="count">How many there are.</param>
    public static void RequireAll(string axis, IReadOnlyList<NamedEntry> parts, Func<NamedEntry, int?> index, long count)
    {
        var expected = $"expected each {axis} from 0 to {count - 1} once";
        var missing = Enumerable.Range(0, (int)count).Except(parts.Select(part => index(part)!.Value)).ToList();
        if (missing.Count > 0)
        {
            var head = axis == "position" && parts[0].Name.Head is { } only ? $" of head {only}" : "";
            var these = $"{axis}{(missing.Count > 1 ? "s" : "")} {Few(missing)}{head}";
            throw new UnreadableException(parts[0].Entry.Written, $"is dumped without {these}, {expected}");
        }
        if (parts.FirstOrDefault(part => index(part) >= count) is { } beyond)
        {
            throw new UnreadableException(beyond.Entry.Written, $"is of {axis} {index(beyond)}, {expected}");
        }
    }
}
