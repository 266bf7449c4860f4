using Llama3.Checking.Comparing;

namespace Llama3.Checking.Judging;

/// <summary>How far a hypothesis holds: what all sites, of the prompt and of the passes after it, say of it.</summary>
/// <param name="findings">What each site says.</param>
internal sealed class Extent(IReadOnlyList<(Site Site, Finding Finding)> findings)
{
    private readonly HashSet<int> _stages = [.. Of(findings, Finding.Explains).Select(site => site.Stage)];
    private readonly HashSet<SiteKind> _kinds = [.. Of(findings, Finding.Explains).Select(site => site.Kind)];
    private readonly HashSet<string> _prompts = [.. Of(findings, Finding.Explains).Select(site => site.Prompt)];

    /// <summary>
    /// Rule 7: whether it holds at all sites, or at all of a plain kind: of some layers, of the prompt alone, of the passes alone, of those of several tokens
    /// alone, of some rows or runs. A mistake that is made in some passes of a kind and not in others is none: another one happens to compute the same there.
    /// </summary>
    public bool IsPlain => _stages.Count > 0
        && !findings.Any(found => found.Finding == Finding.Contradicts)
        && !NotMade.Exists(site => IsOfKind(site) && _stages.Contains(site.Stage) && _prompts.Contains(site.Prompt));

    /// <summary>Whether it holds wherever it would show.</summary>
    public bool IsEverywhere => NotMade.Count == 0;

    /// <summary>"in layer 1 only", "in the passes after the prompt only", "in row 2 only"; empty where it holds everywhere.</summary>
    public override string ToString() => string.Join(", ", new[] { Layers(), Runs(), Prompts() }.OfType<string>());

    /// <summary>Ports have code of their own for chunks and for single tokens. But of single tokens alone too little is seen to tell a mistake by.</summary>
    private bool IsOfKind(Site site) => _kinds.Contains(site.Kind) || (site.Kind == SiteKind.Tokens && _kinds.Contains(SiteKind.Token));

    private List<Site> NotMade => [.. Of(findings, Finding.NotMade)];

    private List<Site> NotMadeInPrompts => NotMade.FindAll(site => _prompts.Contains(site.Prompt));

    private string? Prompts() => NotMade.Exists(site => !_prompts.Contains(site.Prompt) && _kinds.Contains(site.Kind) && _stages.Contains(site.Stage))
        ? $"in {PlaceText.Of(_prompts)} only"
        : null;

    private string? Runs() => NotMadeInPrompts.Select(site => site.Kind).Except(_kinds).ToList() is { Count: > 0 } without
        ? $"in {string.Join(" and in ", _kinds.Order().Select(kind => TextOf(kind, without)).Distinct())} only"
        : null;

    private static string TextOf(SiteKind kind, List<SiteKind> without) => kind switch
    {
        SiteKind.Prompt => "the prompt",
        SiteKind.Tokens when without.Contains(SiteKind.Token) => "passes of several tokens",
        _ => "the passes after the prompt",
    };

    private string? Layers()
    {
        if (!NotMadeInPrompts.Exists(site => _kinds.Contains(site.Kind))) { return null; }
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
