using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Checking.Roundings;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// Finds out what a port rounds that holds its results in float32: the inputs of products with weights, of products with a cache, or of all.
/// Its rule is a proof: the reference rounds the same, and gets the port's numbers.
/// </summary>
/// <remarks>
/// Example: with weights in float16, q_per_token is 2e-4 away from what token_embeddings give. From token_embeddings rounded to float16 the
/// reference gets it to 2e-7. No mistake does that. What cuts bits off makes every number smaller, as a factor does: so most numbers must be met to
/// float32's own limit, and only single ones that were rounded to the other side are let through (<see cref="Share"/>).
/// </remarks>
/// <param name="runs">The prompt and the passes after it, judged in float32.</param>
internal sealed class ArithmeticDetection(IReadOnlyList<JudgedRun> runs)
{
    /// <summary>
    /// How near the reference must come, as a share of what the roundings change. A single number that is rounded otherwise costs a third of that
    /// in a row of 80.
    /// </summary>
    public const double Share = 0.5;

    /// <summary>
    /// A larger distance comes from no rounding of inputs: one to bfloat16 changes a number by at most 2^-9 of it, and one to 8 bits has changed a product by up to 0.032.
    /// </summary>
    private const double Most = 0.06;

    /// <summary>
    /// The share for blocks of 8 bits where steps lie between that were not dumped: a little that their results differ by rounds many numbers otherwise.
    /// Two roundings that have nothing in common are 1.4 times as far apart as each is from the number.
    /// </summary>
    private const double ShareOfBlocks = 1.5;

    /// <summary>How much nearer than another a way to compute must come to be clearly nearer.</summary>
    private const double ClearlyNearer = 0.5;

    /// <summary>On how many steps a way to compute is tried.</summary>
    private const int Enough = 6;

    /// <summary>On how many faults of each: in some layers a rounding changes hardly anything.</summary>
    private const int EnoughOfStep = 5;

    /// <summary>From so many tokens on llama.cpp computes attention in another way.</summary>
    private const int ManyTokens = 64;

    /// <summary>What the port rounds; null if no rounding explains any fault.</summary>
    public PortArithmetic? Find()
    {
        var all = runs.SelectMany(run => run.Faults, (run, fault) => new Fault(run, fault)).ToList();
        // Whole layers that were not dumped take long to compute in many ways, and tell little.
        var faults = (all.Exists(IsNear) ? all.FindAll(IsNear) : all).FindAll(IsSmall);
        var weights = Best(faults.FindAll(fault => Passes(fault, PortArithmetic.MultipliesByWeights)),
            ProductInputs.WithWeights(QuantisedWeights.Of(runs[0].Dump.Checkpoint)).Select(inputs => PortArithmetic.Exact with { WithWeights = inputs }));
        // What the weights explain says nothing of a cache.
        var ofCache = faults.FindAll(fault => IsOfCache(fault) && !Judge(weights, fault).Agrees);
        var found = WithCache(ofCache, weights);
        if (ofCache.TrueForAll(fault => Judge(found, fault).Agrees)) { return found == PortArithmetic.Exact ? null : found; }
        var split = WithCache(ofCache.FindAll(fault => !HasManyTokens(fault.Run.Dump)), weights) with
        {
            OfManyTokens = WithCache(ofCache.FindAll(fault => HasManyTokens(fault.Run.Dump)), weights),
        };
        found = Explained(split) > Explained(found) ? split : found;
        return found == PortArithmetic.Exact ? null : found;

        int Explained(PortArithmetic way) => ofCache.Count(fault => Judge(way, fault).Agrees);
    }

    /// <summary>How a run is computed.</summary>
    public static PortArithmetic Of(DumpedRun run, PortArithmetic way) => HasManyTokens(run) ? way.OfManyTokens ?? way : way;

    private static bool HasManyTokens(DumpedRun run) => run.Tokens >= ManyTokens;

    private static PortArithmetic WithCache(List<Fault> faults, PortArithmetic weights) => Best(
        faults, from scores in ProductInputs.WithCache from mixing in ProductInputs.WithValues select weights with { Scores = scores, Mixing = mixing });

    /// <summary>
    /// The way to compute that explains most of the faults; of several the first, unless a later one comes clearly nearer. They are in order: those
    /// that round least come first, and float16 before TF32, which has the same numbers but for very small and very large ones.
    /// </summary>
    private static PortArithmetic Best(List<Fault> faults, IEnumerable<PortArithmetic> ways)
    {
        var telling = faults.GroupBy(fault => (fault.Result.Step, fault.Run.Dump.Golden.IsPass)).Take(Enough)
            .SelectMany(group => Some([.. group])).ToList();
        (PortArithmetic Way, Trial Found)? best = null;
        foreach (var way in ways)
        {
            var trial = Try(way, telling);
            if (best is not { } known || trial.Exceeds(known.Found)) { best = (way, trial); }
            if (trial.IsProof) { break; }
        }
        return best!.Value.Way;
    }

    /// <summary>A few of them, from the first to the last.</summary>
    private static IEnumerable<Fault> Some(List<Fault> faults) => faults.Count <= EnoughOfStep
        ? faults
        : Enumerable.Range(0, EnoughOfStep).Select(index => faults[index * (faults.Count - 1) / (EnoughOfStep - 1)]);

    /// <summary>A way to compute that gets fewer than half of the numbers that it explains to float32's own limit is not the port's: it only resembles it.</summary>
    private static Trial Try(PortArithmetic way, List<Fault> faults)
    {
        var near = faults.Select(fault => (fault.Run, fault.Result.Step, Closeness: Judge(way, fault))).Where(trial => trial.Closeness.Agrees).ToList();
        return 2 * near.Count(trial => trial.Closeness.Distance <= Math.Max(way.RemainderOf(trial.Step), Exact(trial))) < near.Count
            ? new Trial(0, 0)
            : new Trial(near.Count, near.Sum(trial => trial.Closeness.Distance))
            {
                IsProof = near.Count > 0 && near.Count == faults.Count && near.TrueForAll(trial => trial.Closeness.Distance <= Exact(trial)),
            };

        double Exact((JudgedRun Run, ArticleStep Step, Closeness) trial) => Tolerances(trial.Run.Dump, way).Of(trial.Step, PortTolerances.Local).Limit;
    }

    private static Closeness Judge(PortArithmetic way, Fault fault)
    {
        using var replay = ReplayOf(fault.Run.Dump, way);
        var (computed, path) = replay.Run(fault.Result.Step, fault.Result.Scope);
        return replay.Judge(fault.Result.Step, fault.Result.Scope, path, computed);
    }

    /// <summary>The reference on a run, rounding as the port does.</summary>
    public static Replay ReplayOf(DumpedRun run, PortArithmetic way) => ReplayOf(run, way, Tolerances(run, way));

    /// <summary>The same, with tolerances of the caller's.</summary>
    public static Replay ReplayOf(DumpedRun run, PortArithmetic way, PortTolerances tolerances)
    {
        var replay = new Replay(run, tolerances, Of(run, way));
        return Of(run, way).OnlyKept is { Count: > 0 } caches ? replay.Without(caches) : replay;
    }

    /// <summary>How near the port must come to the reference that rounds as it does.</summary>
    public static PortTolerances Tolerances(DumpedRun run, PortArithmetic way) => new(run.Golden.Model.Manifest, PortPrecision.fp32, Share, way.RemainderOf)
    {
        ShareAcross = way.Class == PortPrecision.q8 ? ShareOfBlocks : null,
    };

    private static bool IsSmall(Fault fault) => fault.Result.Local is { Distance: <= Most };

    private static bool IsNear(Fault fault) => !fault.Result.Between.Any(input => input.Step!.is_layer_output);

    private static bool IsOfCache(Fault fault) => Passes(fault, PortArithmetic.IsOfAttention)
        || fault.Result.Step.is_cache || KeptSteps.Contains(fault.Result.Step);

    private static ArticleStep[] KeptSteps => [ArticleSteps.k_per_token_rotated, ArticleSteps.v_per_token];

    /// <summary>Whether a step of some kind lies on the path to a fault.</summary>
    private static bool Passes(Fault fault, Func<ArticleStep, bool> isOfKind) =>
        isOfKind(fault.Result.Step) || fault.Result.Between.Any(input => input.Step is { } step && isOfKind(step));

    private sealed record Fault(JudgedRun Run, JudgedResult Result);

    /// <summary>How many faults a way to compute explains, and how far from the port's numbers it stays there.</summary>
    private sealed record Trial(int Explained, double Distance)
    {
        /// <summary>Whether it meets all of them to float32's own limit: nothing can do better.</summary>
        public bool IsProof { get; init; }

        public bool Exceeds(Trial best) =>
            Explained > best.Explained || (Explained == best.Explained && Distance < best.Distance * ClearlyNearer);
    }
}
