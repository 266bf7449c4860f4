using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading;

/// <summary>What a report says about how a dump was read. No note says whether a number is right.</summary>
/// <param name="results">What was dumped.</param>
/// <param name="order">The layers whose queries and keys are in half-split order.</param>
/// <param name="names">What the names in the dump stand for.</param>
/// <param name="unreadable">Results in the dump that cannot be read.</param>
/// <param name="remarks">Notes that are not about names and layouts; some are added when tensors are read.</param>
internal sealed class DumpNotes(
    DumpedResults results, HalfSplit order, DumpNames names, IReadOnlyList<Unreadable> unreadable, IReadOnlyCollection<string> remarks)
{
    private const int MostShown = 3;

    /// <summary>Names in the dump that are not a step's.</summary>
    public IReadOnlyList<string> Unknown => names.Unknown;

    /// <summary>Results in the dump that cannot be read, and why.</summary>
    public IReadOnlyList<Unreadable> Unreadable => unreadable;

    /// <summary>Notes that are not about names and layouts.</summary>
    public IReadOnlyCollection<string> Remarks => remarks;

    /// <summary>What is unusual in the dump and how it was read.</summary>
    public IReadOnlyList<string> All => [.. Conventions, .. Layouts, .. MadeUp, .. order.Notes, .. remarks];

    private IEnumerable<string> Conventions =>
        results.All.Where(result => result.Convention.Length > 0).Select(result => $"names of {result.Convention}").Distinct();

    private IEnumerable<string> Layouts => results.All
        .SelectMany(result => result.Notes, (result, note) => (result, note))
        .GroupBy(pair => pair.note, pair => pair.result.Name)
        .Select(same => $"{same.Key}: {Few([.. same.Distinct()])}");

    private IEnumerable<string> MadeUp =>
        names.MadeUp.Count == 0 ? [] : [$"views and nodes to which llama.cpp gives no name of their own, not judged: {Few(names.MadeUp)}"];

    private static string Few(IReadOnlyList<string> names) => names.Count <= MostShown
        ? string.Join(", ", names.Select(Printable.Text))
        : $"{Printable.Text(names[0])} and {names.Count - 1} more";
}
