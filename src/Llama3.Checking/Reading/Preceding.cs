namespace Llama3.Checking.Reading;

/// <summary>What came before a pass: the one whose cache it goes on from, or an earlier run, of which a port may have kept too much.</summary>
/// <param name="Run">The pass before, or the last one of the run before.</param>
/// <param name="Cache">What is kept of it; null where nothing should be.</param>
/// <param name="Left">All that the run before left in the cache; null where there is none, or where all of it is kept.</param>
internal sealed record Preceding(DumpedRun Run, DumpedCache? Cache, DumpedCache? Left)
{
    /// <summary>A pass goes on from the one before.</summary>
    public static Preceding Pass(DumpedRun run) => new(run, run.Cache, null);

    /// <summary>A run follows another one, of which some tokens are kept.</summary>
    public static Preceding OtherRun(DumpedRun last, long kept) => new(last, kept == 0 ? null : last.Cache.Cropped(kept), last.Cache);
}
