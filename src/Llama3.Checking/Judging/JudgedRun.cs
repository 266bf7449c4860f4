using Llama3.Checking.Names;
using Llama3.Checking.Reading;

namespace Llama3.Checking.Judging;

/// <summary>The prompt, or a pass after it, with a verdict on every result that the port dumped of it.</summary>
/// <param name="dump">What the port dumped.</param>
/// <param name="right">The reference on what the port dumped.</param>
/// <param name="results">The verdicts, in the order of computation.</param>
internal sealed class JudgedRun(DumpedRun dump, Replay right, IReadOnlyList<JudgedResult> results) : IDisposable
{
    private readonly Lazy<Replay> _besidePrepared = new(() => right.Without(DumpContract.Prepared));

    /// <summary>What the port dumped.</summary>
    public DumpedRun Dump => dump;

    /// <summary>The reference on what the port dumped.</summary>
    public Replay Right => right;

    /// <summary>The same, but weights, tables and the mask are the reference's own, whatever was dumped of them.</summary>
    public Replay BesidePrepared => _besidePrepared.Value;

    /// <summary>The results, layer by layer.</summary>
    public IReadOnlyList<Site> Sites { get; } = SitesOf(dump, right, results);

    /// <summary>Frees what the reference has computed.</summary>
    public void Dispose()
    {
        right.Dispose();
        if (_besidePrepared.IsValueCreated) { _besidePrepared.Value.Dispose(); }
    }

    private static List<Site> SitesOf(DumpedRun dump, Replay right, IReadOnlyList<JudgedResult> results)
    {
        var slips = new DumpSlips(right, results);
        return [.. results.GroupBy(result => DumpedResult.StageOf(result.Step, result.Scope))
            .Select(stage => new Site(dump.Golden.IsPass, stage.Key, [.. stage.Select(result => result with { OnlyDumped = slips.Contain(result) })]))];
    }
}
