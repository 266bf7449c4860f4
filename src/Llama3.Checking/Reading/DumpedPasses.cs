using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading;

/// <summary>
/// The passes over new tokens in a dump: tensors called <c>decode.{i}.…</c>, where the rest is a name as in the prompt. It tells which
/// pass the tensors belong to, and which goldens there are of it.
/// </summary>
internal static partial class DumpedPasses
{
    /// <summary>The part of a dump that is not of a pass.</summary>
    public static Dump Prefill(Dump dump) =>
        dump.Entries.Any(entry => Number(entry) is not null) ? dump.Part(null, dump.Entries.Where(entry => Number(entry) is null)) : dump;

    /// <summary>The passes, one after the other.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="prefill">The run on the prompt.</param>
    /// <exception cref="BadInputException">A pass is missing before another, or it is not known which tokens one was fed.</exception>
    public static IReadOnlyList<DumpedRun> Of(Dump dump, DumpedRun prefill)
    {
        var passes = new List<DumpedRun>();
        foreach (var pass in Parts(dump)) { passes.Add(Next(pass, passes.LastOrDefault(prefill), passes.Count)); }
        return passes;
    }

    /// <summary>What was dumped of each pass, one after the other.</summary>
    /// <exception cref="BadInputException">A pass is missing before another.</exception>
    public static IReadOnlyList<Dump> Parts(Dump dump)
    {
        var groups = dump.Entries.Where(entry => Number(entry) is not null).GroupBy(entry => Number(entry)!.Value).OrderBy(group => group.Key).ToList();
        var gap = groups.Index().FirstOrDefault(group => group.Item.Key != group.Index);
        return gap.Item is null
            ? [.. groups.Select(group => dump.Part($"decode.{group.Key}", group.Select(Stripped)))]
            : throw Missing(dump, gap.Item.First(), gap.Index);
    }

    private static DumpedRun Next(Dump pass, DumpedRun before, int number)
    {
        var kept = before.Golden.Kept + before.Tokens;
        var ids = DumpedInputs.OfPass(pass, before.Golden.Model);
        var golden = before.Golden.Model.Passes.ElementAtOrDefault(number);
        var isForced = golden is not null && ids?.SequenceEqual(golden.NewTokens.ToInt64s()) != false;
        if (before.IsForeseen && isForced && golden!.Kept == kept) { return new DumpedRunBuilder(pass, golden, Preceding.Pass(before)).Build(); }
        if (ids is null) { throw Refusal.NoTokens(pass); }
        var expected = isForced ? ids : Expected(ids, before);
        return new DumpedRunBuilder(pass, new PassWithoutGoldens(before.Golden.Model, $"decode.{number}", kept, expected), Preceding.Pass(before)).Build();
    }

    /// <summary>
    /// A port may go on with any tokens. But whoever goes on with one token, and has dumped another one as its own prediction, has lost
    /// that on the way.
    /// </summary>
    private static long[] Expected(long[] ids, DumpedRun before) => ids.Length == 1 && before.Predicted is { } predicted ? [predicted] : ids;

    private static BadInputException Missing(Dump dump, DumpEntry there, int number) =>
        Refusal.Of(dump, there.Name, $"is dumped without decode.{number}, expected every pass from decode.0 on");

    private static int? Number(DumpEntry entry) =>
        Prefix().Match(entry.Name) is { Success: true } match ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : null;

    private static DumpEntry Stripped(DumpEntry entry) => entry.Renamed(entry.Name[Prefix().Match(entry.Name).Length..]);

    [GeneratedRegex(@"^decode\.(?<number>\d{1,6})\.", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();
}
