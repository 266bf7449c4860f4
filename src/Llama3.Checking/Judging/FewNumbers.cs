using Llama3.Checking.Goldens;

namespace Llama3.Checking.Judging;

/// <summary>
/// Lets single results be further from the reference than their limit, where the limit is too small by chance. In low precision it is a multiple of what
/// the reference's own roundings change. Where a result has few numbers, or one that is larger than all others, these may happen to cancel out.
/// </summary>
/// <remarks>
/// Its rule: no step is at fault, in the prompt and in all passes; no result is further than <see cref="Most"/> times its limit; and over all results the
/// limit is kept (the mean square of distance / limit is at most 1). Example: with two tokens the softmax of a head has one number that is not known
/// beforehand. In an honest port it was 2.1 times as far as the limit, and all results together 0.3 times.
/// </remarks>
internal static class FewNumbers
{
    /// <summary>How many times its limit a single result may be away.</summary>
    public const double Most = 5;

    /// <summary>How many times its limit a result may be away beside a fault that is further than <see cref="Most"/>, and for a mistake to be what was made.</summary>
    public const double Slight = 2;

    /// <summary>The runs, where such results are ok. Beside a fault, what is hardly further than its limit is no other fault.</summary>
    /// <param name="runs">The prompt and the passes after it, judged in low precision.</param>
    public static List<JudgedRun> Judge(List<JudgedRun> runs) =>
        runs.Exists(run => run.Faults.Any(fault => !IsWithin(fault.Deciding, Most))) ? Changed(runs, WithoutSlight)
        : runs.Exists(run => run.Faults.Any()) || !AreWithin(runs.SelectMany(run => run.Results).ToList()) ? runs
        : Changed(runs, Allowed);

    private static List<JudgedRun> Changed(List<JudgedRun> runs, Func<JudgedResult, JudgedResult> change) =>
        runs.ConvertAll(run => run with { Results = [.. run.Results.Select(change)] });

    /// <summary>Whether a distance is within a multiple of its limit; of what must be equal it is not.</summary>
    public static bool IsWithin(Closeness closeness, double times) => closeness.Limit > 0 && closeness.Distance <= times * closeness.Limit;

    private static JudgedResult WithoutSlight(JudgedResult result) => result.IsFault && result.Local is { } local && IsWithin(local, Slight)
        ? result with { Verdict = Verdict.Inherited, Places = [], Local = local with { Limit = Slight * local.Limit } }
        : result;

    private static bool AreWithin(List<JudgedResult> results)
    {
        var shares = results.Select(result => result.Golden).Where(golden => golden is { Limit: > 0 }).Select(golden => golden!.Distance / golden.Limit).ToList();
        return shares.TrueForAll(share => share <= Most) && shares.Sum(share => share * share) <= shares.Count;
    }

    /// <summary>A next token follows from logits that are let through.</summary>
    private static JudgedResult Allowed(JudgedResult result) => result.Verdict == Verdict.Inherited
        ? result with { Verdict = Verdict.Ok, Places = [], Golden = result.Golden! with { Limit = Most * result.Golden.Limit } }
        : result;
}
