using Llama3.Checking.Comparing;
using Llama3.Checking.Judging;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>What a check says of a port with a stranger in it.</summary>
/// <param name="Dumped">What of the port is dumped, in words.</param>
/// <param name="Violations">What it should not say, or does not say and should: one line each; none if all is well.</param>
/// <param name="IsPlaced">Whether the first fault is where the stranger is; null if no step is at fault.</param>
/// <param name="Names">Every name that is said.</param>
/// <param name="Sum">Where the first fault is, and the names.</param>
internal sealed record Judged(string Dumped, IReadOnlyList<string> Violations, bool? IsPlaced, IReadOnlyList<string> Names, string Sum)
{
    /// <summary>Nearer than this, honest ports are to each other; further, no two are.</summary>
    private const double Clear = 1e-3;

    /// <summary>The same for each number of a table: float32 gets them to 1e-6.</summary>
    private const double ClearInTables = 1e-4;

    private const string Refused = "refused";

    private static readonly ArticleStep[] Tables = [ArticleSteps.zero_to_one_split_into_64_parts, ArticleSteps.freqs, ArticleSteps.freqs_for_each_token];

    /// <summary>Whether the dump was refused, so that nothing is said of any step.</summary>
    public bool IsRefused => Sum == Refused;

    /// <summary>The names that are said of a fault. The only place that knows how the check says them.</summary>
    public static IEnumerable<string> NamesOf(JudgedResult fault) => fault.LooksLike.Select(mistake => mistake.Name);

    /// <summary>The verdict on a dump.</summary>
    /// <param name="stranger">The wrong computation.</param>
    /// <param name="dumped">What of it is dumped, in words.</param>
    /// <param name="tensors">The dump.</param>
    public static Judged Of(Stranger stranger, string dumped, Dictionary<string, Tensor> tensors)
    {
        IReadOnlyList<Fault> faults;
        try { faults = FaultsIn(WrongPort.Check(tensors)); }
        catch (BadInputException refusal) { return new(dumped, [$"VIOLATION | refused | {stranger.Name} | {dumped} | {refusal.Message}"], null, [], Refused); }
        var names = faults.SelectMany(fault => NamesOf(fault.Result)).Distinct().Order(StringComparer.Ordinal).ToList();
        var violations = Unseen(stranger, faults, tensors).Concat(Misplaced(stranger, faults)).Concat(Misnamed(stranger, faults)).Concat(Unnamed(stranger, faults));
        return new(
            dumped,
            [.. violations.Select(pair => $"VIOLATION | {pair.Kind} | {stranger.Name} | {dumped} | {pair.Detail}")],
            faults.Count == 0 ? null : faults[0].IsOf(stranger),
            names,
            faults.Count == 0 ? "-" : $"{faults[0]}: {string.Join(", ", names.DefaultIfEmpty("?"))}");
    }

    /// <summary>All faults: of the prompt, then of the passes.</summary>
    public static IReadOnlyList<Fault> FaultsIn(PortReport report) =>
        [.. report.Passes.Prepend(report).SelectMany(part => part.Results, (part, result) => new Fault(part, result)).Where(fault => fault.Result.IsFault)];

    private static IEnumerable<(string Kind, string Detail)> Unseen(Stranger stranger, IReadOnlyList<Fault> faults, Dictionary<string, Tensor> tensors) =>
        faults.Count == 0 && !stranger.MayAgree && tensors.FirstOrDefault(IsClearlyWrong).Key is { } wrong
            ? [("unseen", $"{wrong} is wrong, and no step is at fault")]
            : [];

    private static IEnumerable<(string Kind, string Detail)> Misplaced(Stranger stranger, IReadOnlyList<Fault> faults) => faults
        .Where(fault => !fault.IsOf(stranger))
        .GroupBy(fault => (fault.Report, fault.Result.Step))
        .Select(group => (group.Contains(faults[0]) ? "misplaced" : "blamed too", $"{group.First()}"));

    private static IEnumerable<(string Kind, string Detail)> Misnamed(Stranger stranger, IReadOnlyList<Fault> faults) => faults
        .SelectMany(fault => NamesOf(fault.Result), (fault, name) => (fault, name))
        .Where(pair => !stranger.Allows(pair.name))
        .GroupBy(pair => pair.name)
        .Select(group => ("wrong name", $"{group.Key} at {group.First().fault}, {group.Count()} of {faults.Count} faults"));

    /// <summary>Names that are left out. To ask for the names of every combination, forget <see cref="Stranger.MayBeNameless"/> here.</summary>
    private static IEnumerable<(string Kind, string Detail)> Unnamed(Stranger stranger, IReadOnlyList<Fault> faults)
    {
        var names = faults.SelectMany(fault => NamesOf(fault.Result)).ToHashSet();
        var missing = stranger.Expected.Where(name => !Stranger.Twins(name).Append(name).Any(names.Contains)).ToList();
        if (faults.Count == 0 || (stranger.MayBeNameless && missing.Count == stranger.Expected.Count)) { return []; }
        if (missing.Count > 0) { return [(missing.Count == stranger.Expected.Count ? "unnamed" : "half named", $"without {string.Join(", ", missing)}")]; }
        return faults.GroupBy(fault => fault.Report)
            .Where(part => stranger.Expected.Count == 1 && !part.SelectMany(fault => NamesOf(fault.Result)).Any(stranger.Allows))
            .Select(part => ("unnamed there", $"{part.First()} is one of {part.Count()} faults without {stranger.Expected[0]}"));
    }

    private static bool IsClearlyWrong(KeyValuePair<string, Tensor> tensor) =>
        WrongPort.Right.TryGetValue(tensor.Key, out var right) && Differs(tensor.Key, tensor.Value, right);

    /// <summary>Whether two tensors of a step are clearly not the same.</summary>
    public static bool Differs(string key, Tensor one, Tensor other)
    {
        if (!one.shape.SequenceEqual(other.shape)) { return true; }
        if (one.dtype == ScalarType.Int64) { return !one.ToInt64s().SequenceEqual(other.ToInt64s()); }
        var distance = Comparison.DistanceBetween(one, other);
        return double.IsNaN(distance) || distance > Clear || (IsTable(key) && HasAnotherNumber(one, other));
    }

    /// <summary>Whether it is computed from whole numbers, so that every number is right or wrong by itself: the last frequency is small beside the first.</summary>
    private static bool IsTable(string key) => Tables.Any(step => key.Split('.')[^1] == step.id);

    private static bool HasAnotherNumber(Tensor actual, Tensor right) =>
        actual.ToSingles().Zip(right.ToSingles()).Any(pair => Math.Abs(pair.First - pair.Second) > ClearInTables * Math.Abs(pair.Second));

    /// <summary>A fault in the prompt or in a pass.</summary>
    public sealed record Fault(PortReport Report, JudgedResult Result)
    {
        /// <summary>Whether the stranger lies in it, or in what is between it and what was dumped before.</summary>
        public bool IsOf(Stranger stranger) => Result.Between
            .Select(input => (Step: input.Step!, input.Scope))
            .Append((Result.Step, Result.Scope))
            .Any(result => stranger.GetsWrong(result.Step, result.Scope, Report.IsOfPass))
            || (HasOtherLength && stranger.GetsWrong(CacheSteps.k_cache, Result.Scope, Report.IsOfPass));

        /// <summary>A mask has as many columns as the cache has rows.</summary>
        private bool HasOtherLength => Result is { Step: var step, Problem: not null } && step == ArticleSteps.mask;

        public override string ToString() =>
            $"{(Report.IsOfPass ? $"{Report.Dump.Golden.Name}." : "")}{Result.Scope.KeyOf(Result.Step)}";
    }
}
