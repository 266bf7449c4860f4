using Llama3.Checking.Comparing;

namespace Llama3.Checking.Judging;

/// <summary>How far a hypothesis holds: what all sites, of the prompt and of the passes after it, say of it.</summary>
/// <param name="findings">What each site says.</param>
internal sealed class Extent(IReadOnlyList<(Site Site, Finding Finding)> findings)
{
    private readonly HashSet<int> _stages = [.. Of(findings, Finding.Explains).Select(site => site.Stage)];
    private readonly HashSet<bool> _kinds = [.. Of(findings, Finding.Explains).Select(site => site.IsOfPass)];

    /// <summary>
    /// Rule 7: whether it holds at all sites, or at all of a plain kind: of some layers, of the prompt alone, of the passes alone. A mistake that is
    /// made in some passes and not in others is none: another one happens to compute the same there.
    /// </summary>
    public bool IsPlain => _stages.Count > 0
        && !findings.Any(found => found.Finding == Finding.Contradicts)
        && !NotMade.Any(site => _kinds.Contains(site.IsOfPass) && _stages.Contains(site.Stage));

    /// <summary>Whether it holds wherever it would show.</summary>
    public bool IsEverywhere => NotMade.Count == 0;

    /// <summary>"in layer 1 only", "in the passes after the prompt only"; empty where it holds everywhere.</summary>
    public override string ToString() => string.Join(", ", new[] { Layers(), Runs() }.OfType<string>());

    private List<Site> NotMade => [.. Of(findings, Finding.NotMade)];

    private string? Runs() => _kinds.Count == 1 && NotMade.Exists(site => !_kinds.Contains(site.IsOfPass))
        ? _kinds.Single() ? "in the passes after the prompt only" : "in the prompt only"
        : null;

    private string? Layers()
    {
        if (!NotMade.Exists(site => _kinds.Contains(site.IsOfPass))) { return null; }
        var layers = Of(findings, Finding.Explains).SelectMany(site => site.Layers).Distinct().ToList();
        var parts = new[]
        {
            _stages.Contains(-1) ? "before the layers" : null,
            layers.Count == 0 ? null : $"in layer{(layers.Count == 1 ? "" : "s")} {NumberText.Ranges(layers)}",
            _stages.Contains(int.MaxValue) ? "after the layers" : null,
        };
        return $"{string.Join(" and ", parts.OfType<string>())} only";
    }

    private static IEnumerable<Site> Of(IReadOnlyList<(Site Site, Finding Finding)> findings, Finding finding) =>
        findings.Where(found => found.Finding == finding).Select(found => found.Site);
}
