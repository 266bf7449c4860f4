using System.Text.RegularExpressions;
using Llama3.Checking.Comparing;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>What a report says about how a dump was read. No note says whether a number is right.</summary>
/// <param name="model">The model.</param>
/// <param name="results">What was dumped.</param>
/// <param name="order">The layers whose queries and keys are in half-split order.</param>
/// <param name="names">What the names in the dump stand for.</param>
/// <param name="unreadable">Results in the dump that cannot be read.</param>
/// <param name="remarks">Notes that are not about names and layouts; some are added when tensors are read.</param>
internal sealed partial class DumpNotes(
    ModelParams model, DumpedResults results, HalfSplit order, DumpNames names, IReadOnlyList<Unreadable> unreadable, IReadOnlyCollection<string> remarks)
{
    private const int MostShown = 3;

    /// <summary>Names in the dump that are not a step's.</summary>
    public IReadOnlyList<string> Unknown => names.Unknown;

    /// <summary>Results in the dump that cannot be read, and why.</summary>
    public IReadOnlyList<Unreadable> Unreadable => unreadable;

    /// <summary>Notes that are not about names and layouts.</summary>
    public IReadOnlyCollection<string> Remarks => remarks;

    /// <summary>What is unusual in the dump and how it was read.</summary>
    public IReadOnlyList<string> All => [.. Understood, .. Layouts, .. MadeUp, .. order.Notes, .. remarks];

    /// <summary>"68 tensors, names of litgpt: all understood, in layers 0–1, 29 of 30"; nothing where the names are ids of steps.</summary>
    private IEnumerable<string> Understood
    {
        get
        {
            var whose = results.All.Where(result => result.Convention.Length > 0).CountBy(result => result.Convention)
                .OrderByDescending(convention => convention.Value).Select(convention => convention.Key).ToList();
            if (whose.Count == 0) { return []; }
            var others = names.Unknown.Count + names.Ignored + names.MadeUp.Count;
            return [$"{names.All} tensor{(names.All == 1 ? "" : "s")}, names of {string.Join(" and ", whose)}: "
                + $"{(others == 0 ? "all" : $"{names.All - others}")} understood{Layers}{(names.Ignored == 0 ? "" : $"; {names.Ignored} known and not judged")}"];
        }
    }

    /// <summary>", in layers 0–1, 29 of 30"</summary>
    private string Layers
    {
        get
        {
            var layers = results.All.Where(result => result.Step.repeats != Repeats.Once).Select(result => result.Scope.layer).Distinct().ToList();
            return layers.Count == 0 ? ""
                : layers.Count == model.n_layers ? $", in all {model.n_layers} layers"
                : $", in layer{(layers.Count == 1 ? "" : "s")} {NumberText.Ranges(layers)} of {model.n_layers}";
        }
    }

    private IEnumerable<string> Layouts => results.All
        .SelectMany(result => result.Notes, (result, note) => (result, note))
        .GroupBy(pair => pair.note, pair => pair.result.Name)
        .Select(same => $"{same.Key}: {Few([.. same.Distinct()])}");

    private IEnumerable<string> MadeUp =>
        names.MadeUp.Count == 0 ? [] : [$"views and nodes to which llama.cpp gives no name of their own, not judged: {Few(names.MadeUp)}"];

    private static string Few(IReadOnlyList<string> names)
    {
        var kinds = names.GroupBy(AnyNumber).Select(same => (Name: same.Skip(1).Any() ? same.Key : same.First(), Count: same.Count())).ToList();
        return kinds.Count <= MostShown ? string.Join(", ", kinds.Select(kind => Printable.Text(kind.Name)))
            : $"{Printable.Text(kinds[0].Name)} and {names.Count - kinds[0].Count} more";
    }

    /// <summary>The same for every layer: "transformer.h.*.attn.qkv".</summary>
    private static string AnyNumber(string name) => FirstNumber().Replace(name, "*", 1);

    [GeneratedRegex(@"(?<![0-9A-Za-z])[0-9]+(?![0-9A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex FirstNumber();
}
