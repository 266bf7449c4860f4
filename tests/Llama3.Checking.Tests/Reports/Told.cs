using System.Collections.Concurrent;

namespace Llama3.Checking.Tests.Reports;

/// <summary>What the check says of a re-creation.</summary>
/// <param name="IsSeen">Whether the port is said to be wrong.</param>
/// <param name="Names">Every name that is said, in order.</param>
/// <param name="First">Where the first fault is; null if there is none.</param>
/// <param name="Text">The report in one line.</param>
internal sealed record Told(bool IsSeen, IReadOnlyList<string> Names, string? First, string Text)
{
    private static readonly ConcurrentDictionary<Recreation, Lazy<Told>> Known = new();

    public static Told Of(Recreation recreation) => Known.GetOrAdd(recreation, _ => new(() =>
    {
        var report = recreation.Judge();
        var faults = report.Passes.Prepend(report).SelectMany(part => part.Results, (part, result) => (part, result)).Where(fault => fault.result.IsFault).ToList();
        string[] names = [.. faults.SelectMany(fault => fault.result.LooksLike).Select(mistake => mistake.Name).Distinct().Order(StringComparer.Ordinal)];
        return new(!report.Agrees, names, faults.Select(fault => $"{fault.part.Place} {fault.result.Scope.KeyOf(fault.result.Step)}".Trim()).FirstOrDefault(), report.ToString());
    })).Value;

    /// <summary>Whether it is what is to be said.</summary>
    public bool IsNamedAs(Recreation recreation) => Names.SequenceEqual(recreation.Names.Order(StringComparer.Ordinal));
}
