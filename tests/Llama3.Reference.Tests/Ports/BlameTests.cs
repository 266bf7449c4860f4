using System.Collections.Concurrent;
using Llama3.Reference.Checking;
using Llama3.Reference.Ports;
using Llama3.Tests;

namespace Llama3.Reference.Tests.Ports;

/// <summary>
/// Every mistake of the catalogue, made by a port that is otherwise right: the check must blame the steps that the mistake spoils,
/// and no other, and call it by its own name, and by no other.
/// </summary>
public sealed class BlameTests
{
    /// <summary>What nothing that a port dumps on the article's prompt can show.</summary>
    private static readonly Dictionary<string, string> Unseen = new()
    {
        ["pieces_trimmed"] = "text is not dumped",
        ["softmax_no_max"] = "exp overflows on large scores only: --case large_scores",
    };

    /// <summary>What shows only in tensors that a port need not dump.</summary>
    private static readonly Dictionary<string, string> UnseenInWhatMustBeDumped = new(Unseen)
    {
        ["mask_-1e4"] = "after the softmax it is right",
        ["mask_-1e9"] = "after the softmax it is right",
    };

    /// <summary>Mistakes that are one and the same where only what must be dumped is: both are named.</summary>
    private static readonly string[][] Twins = [["rope_missing", "rope_pos_zero"]];

    private static readonly ConcurrentDictionary<(string, bool), PortReport> Reports = new();

    public static TheoryData<string> Names => [.. Pitfalls.All.Select(pitfall => pitfall.Name)];

    [SkippableTheory(DisplayName = "a port that dumps everything:"), MemberData(nameof(Names))]
    public void Everything_dumped(string name)
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var pitfall = Find(name);
        var faults = Faults(Report(pitfall, everything: true));
        if (Unseen.TryGetValue(name, out var why)) { faults.Should().BeEmpty(why); return; }
        faults.Should().NotBeEmpty();
        faults.Should().OnlyContain(fault => fault.Verdict == Verdict.WrongHere && pitfall.Wrong.ContainsKey(fault.Step), "those steps it spoils");
        faults.Should().OnlyContain(fault => fault.LooksLike.Count == 1 && fault.LooksLike[0] == pitfall, "that is what happened");
        var finest = pitfall.Wrong.Keys.Where(step => !pitfall.Wrong.Keys.Any(finer => finer.part_of == step));
        finest.Except(faults.Select(fault => fault.Step)).Should().BeSubsetOf(TooSmallToSee(name), "the mistake shows everywhere else");
    }

    /// <summary>Rows before the final norm are large: there eps hardly matters (--case small_norms shows it).</summary>
    private static ArticleStep[] TooSmallToSee(string name) => name.StartsWith("eps_", StringComparison.Ordinal) ? [FinerPoints.norm_before_weight] : [];

    [SkippableTheory(DisplayName = "a port that dumps what it must:"), MemberData(nameof(Names))]
    public void What_must_be_dumped(string name)
    {
        Mistakes.SkipIfAnyStepIsBroken();
        var pitfall = Find(name);
        var faults = Faults(Report(pitfall, everything: false));
        if (UnseenInWhatMustBeDumped.TryGetValue(name, out var why)) { faults.Should().BeEmpty(why); return; }
        faults.Should().NotBeEmpty();
        faults.Should().OnlyContain(fault => fault.Gravest.All(result => LiesThere(pitfall, result)));
        string[] twins = Array.Find(Twins, twins => twins.Contains(name)) ?? [name];
        faults.Should().OnlyContain(fault => fault.LooksLike.Select(found => found.Name).Order().SequenceEqual(twins.Order()));
    }

    private static bool LiesThere(Pitfall pitfall, PortResult result) =>
        result.Between.Select(input => input.Step!).Append(result.Step).Any(pitfall.Wrong.ContainsKey);

    [SkippableFact(DisplayName = "who is blamed for what, as a table")]
    public Task The_table()
    {
        Mistakes.SkipIfAnyStepIsBroken();
        return Snapshot.Verify(string.Join('\n', Pitfalls.All.Select(Row).Prepend("mistake | blamed when everything is dumped | named | when only what must be is | named")));
    }

    private static string Row(Pitfall pitfall)
    {
        var (all, must) = (Faults(Report(pitfall, everything: true)), Faults(Report(pitfall, everything: false)));
        return $"{pitfall.Name} | {Steps(all)} | {Named(all)} | {Steps(must)} | {Named(must)}";
    }

    private static string Steps(List<PortStep> faults) => faults.Count == 0 ? "-" : string.Join(", ", faults.Select(fault => fault.Step.id));

    private static string Named(List<PortStep> faults) => string.Join(", ", faults.SelectMany(fault => fault.LooksLike).Select(pitfall => pitfall.Name).Distinct());

    private static List<PortStep> Faults(PortReport report) => [.. report.Steps.Where(step => step.Verdict is Verdict.WrongHere or Verdict.NotComputable)];

    /// <summary>Logits take most of the time, and only a few mistakes are made in them.</summary>
    private static PortReport Report(Pitfall pitfall, bool everything) => Reports.GetOrAdd((pitfall.Name, everything), _ =>
    {
        var last = pitfall.Wrong.Keys.Max(step => step.number);
        bool Dumps(ArticleStep step) =>
            (everything || PortContract.Must.Contains(step)) && (step.number < ArticleSteps.logits.number || last >= ArticleSteps.logits.number);
        return Port.Check(MicroModel.Micro, Port.Tensors(MicroModel.Micro, ScalarType.Float32, pitfall, Dumps));
    });

    private static Pitfall Find(string name) => Pitfalls.All.Single(pitfall => pitfall.Name == name);
}
