using Llama3.Reference.Checking;

namespace Llama3.Reference.Ports;

/// <summary>
/// Names the known mistakes behind the faults of one layer. A mistake is named if it yields everything that the port dumped of the
/// steps it touches, right or wrong, a fault among them; and if no other mistake accounts for these faults and more.
/// </summary>
/// <param name="dump">What the port dumped.</param>
/// <param name="walk">The reference on what the port dumped.</param>
/// <param name="tolerances">How closely a mistake must yield what the port dumped.</param>
/// <param name="results">The judged results of the layer.</param>
internal sealed class PortDiagnosis(PortDump dump, Walk walk, PortTolerances tolerances, IReadOnlyList<PortResult> results)
{
    private readonly Dictionary<(ArticleStep, Scope), PortPath> _paths = [];

    private sealed record Suspicion(Pitfall Pitfall, IReadOnlyList<PortResult> Faults);

    /// <summary>The results, faults with the mistakes that they look like.</summary>
    public IEnumerable<PortResult> Named()
    {
        if (!results.Any(result => result.IsFault)) { return results; }
        var suspicions = Pitfalls.All.Select(Suspect).OfType<Suspicion>().ToList();
        var named = suspicions.Where(one => !suspicions.Exists(other => Exceeds(other, one))).ToList();
        return results.Select(result => result with { LooksLike = [.. named.Where(one => one.Faults.Contains(result)).Select(one => one.Pitfall)] });
    }

    /// <summary>Null if the mistake touches no fault, or would have yielded something else.</summary>
    private Suspicion? Suspect(Pitfall pitfall)
    {
        var touched = results.Where(result => Touches(pitfall, result)).ToList();
        if (!touched.Exists(result => result.IsFault)) { return null; }
        var mistaken = new Mistaken(dump, pitfall);
        return touched.TrueForAll(result => Yields(mistaken, result)) ? new(pitfall, [.. touched.Where(result => result.IsFault)]) : null;
    }

    private bool Touches(Pitfall pitfall, PortResult result) =>
        pitfall.Wrong.ContainsKey(result.Step) || PathTo(result).Between.Any(pitfall.Wrong.ContainsKey);

    private PortPath PathTo(PortResult result) => _paths.TryGetValue((result.Step, result.Scope), out var known)
        ? known
        : _paths[(result.Step, result.Scope)] = PortPath.To(result.Step, walk.Run(result.Step, result.Scope), walk, dump);

    private bool Yields(Mistaken mistaken, PortResult result)
    {
        var against = PathTo(result).IsWhole ? PortTolerances.Local : PortTolerances.Golden;
        var (step, scope) = (result.Step, result.Scope);
        return tolerances.Judge(step, against, dump.Find(step, scope)!.tensor, mistaken.Result(step, scope), () => mistaken.Rounded(step, scope)).Agrees;
    }

    private static bool Exceeds(Suspicion other, Suspicion one) =>
        other.Faults.Count > one.Faults.Count && one.Faults.All(other.Faults.Contains);

    /// <summary>The reference with a mistake in it, on what the port dumped.</summary>
    private sealed class Mistaken(PortDump dump, Pitfall pitfall)
    {
        private readonly Walk _walk = Spoilt(dump.Walk(ScalarType.Float32), pitfall);
        private readonly Walk _rounded = Spoilt(dump.Walk(ScalarType.BFloat16), pitfall);

        public Tensor Result(ArticleStep step, Scope scope) => _walk.Run(step, scope).Result.tensor;

        public Tensor Rounded(ArticleStep step, Scope scope) => _rounded.Run(step, scope).Result.tensor;

        private static Walk Spoilt(Walk walk, Pitfall pitfall) =>
            walk.With(walk.Replaced.Where(pair => !pitfall.Wrong.ContainsKey(pair.Key)).Concat(pitfall.Wrong).ToDictionary());
    }
}
