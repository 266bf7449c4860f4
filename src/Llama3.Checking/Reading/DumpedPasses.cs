using Llama3.Checking.Goldens;
using Llama3.Checking.Reading.Parts;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Reading;

/// <summary>The passes over new tokens in a dump, and which goldens there are of each.</summary>
internal static class DumpedPasses
{
    /// <summary>The passes, one after the other.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="prefill">The run on the prompt.</param>
    /// <exception cref="BadInputException">A pass is missing before another, or it is not known which tokens one was fed.</exception>
    public static IReadOnlyList<DumpedRun> Of(Dump dump, DumpedRun prefill)
    {
        var passes = new List<DumpedRun>();
        foreach (var pass in NumberedParts.Passes.Of(dump)) { passes.Add(Next(pass, passes.LastOrDefault(prefill), passes.Count)); }
        return passes;
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
}
