using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>What there is to explain the faults of the prompt, or of a pass after it: what was dumped, its verdicts, and the reference on it.</summary>
/// <param name="run">What was dumped, and the verdicts.</param>
/// <param name="right">The reference on what the port dumped.</param>
internal sealed class Evidence(JudgedRun run, Replay right) : IDisposable
{
    private readonly Dictionary<JudgedResult, HashSet<ArticleStep>> _steps = new(ReferenceEqualityComparer.Instance);
    private readonly Lazy<Replay> _besidePrepared = new(() => right.Without(DumpContract.Prepared));

    /// <summary>What the port dumped.</summary>
    public DumpedRun Dump => run.Dump;

    /// <summary>The reference on what the port dumped.</summary>
    public Replay Right => right;

    /// <summary>The same, but weights, tables and the mask are the reference's own, whatever was dumped of them.</summary>
    public Replay BesidePrepared => _besidePrepared.Value;

    /// <summary>The results, layer by layer.</summary>
    public IReadOnlyList<Site> Sites { get; } = SitesOf(run, right);

    /// <summary>Whether a mistake gets a result wrong, or a step before it that was not dumped.</summary>
    public bool IsTouched(JudgedResult result, KnownMistake mistake)
    {
        if (!_steps.TryGetValue(result, out var steps))
        {
            _steps[result] = steps = [result.Step, .. right.PathTo(result.Step, result.Scope).Between.Select(input => input.Step!)];
        }
        return mistake.InParts.Keys.Any(steps.Contains);
    }

    /// <summary>Frees what the reference has computed at a site, and read of the dump there; what is small is kept.</summary>
    public void Forget(Site site)
    {
        if (!Dump.IsLarge) { return; }
        Dump.Forget();
        right.ForgetLayer(site.Stage);
        if (_besidePrepared.IsValueCreated) { _besidePrepared.Value.ForgetLayer(site.Stage); }
    }

    /// <summary>Frees what the reference has computed.</summary>
    public void Dispose()
    {
        right.Dispose();
        if (_besidePrepared.IsValueCreated) { _besidePrepared.Value.Dispose(); }
    }

    private static List<Site> SitesOf(JudgedRun run, Replay right)
    {
        var slips = new DumpSlips(right, run.Results);
        var kind = !run.Dump.Golden.IsPass ? SiteKind.Prompt : run.Dump.Tokens > 1 ? SiteKind.Tokens : SiteKind.Token;
        return [.. run.Results.GroupBy(result => DumpedResult.StageOf(result.Step, result.Scope)).Select(SiteOf)];

        Site SiteOf(IGrouping<int, JudgedResult> stage)
        {
            var results = stage.Select(result => result with { OnlyDumped = slips.Contain(result) }).ToList();
            right.ForgetLayer(stage.Key);
            return new Site(kind, stage.Key, results) { Prompt = run.Dump.Golden.PromptPlace };
        }
    }
}
