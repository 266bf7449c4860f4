using System.Collections.Concurrent;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Tests.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>
/// Every mistake of the catalogue, made by a port that is otherwise right: the check must blame the steps that the mistake gets wrong,
/// and no other, and name this mistake, and no other.
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

    public static TheoryData<string> Names => [.. KnownMistakes.All.Select(mistake => mistake.Name)];

    [SkippableTheory(DisplayName = "a port that dumps everything:"), MemberData(nameof(Names))]
    public void Everything_dumped(string name)
    {
        MistakeTests.SkipIfAnyStepIsBroken();
        var mistake = Find(name);
        var faults = Faults(Report(mistake, everything: true));
        if (Unseen.TryGetValue(name, out var why)) { faults.Should().BeEmpty(why); return; }
        faults.Should().NotBeEmpty();
        faults.Should().OnlyContain(fault => fault.Verdict == Verdict.WrongHere && mistake.Wrong.ContainsKey(fault.Step), "those steps it gets wrong");
        faults.Should().OnlyContain(fault => fault.LooksLike.Count == 1 && fault.LooksLike[0] == mistake, "that is what happened");
        var finest = mistake.Wrong.Keys.Where(step => !mistake.Wrong.Keys.Any(finer => finer.part_of == step));
        finest.Except(faults.Select(fault => fault.Step)).Should().BeSubsetOf(TooSmallToSee(name), "the mistake shows everywhere else");
    }

    /// <summary>Rows before the final norm are large: there eps hardly matters (--case small_norms shows it).</summary>
    private static ArticleStep[] TooSmallToSee(string name) => name.StartsWith("eps_", StringComparison.Ordinal) ? [FinerPoints.norm_before_weight] : [];

    [SkippableTheory(DisplayName = "a port that dumps what it must:"), MemberData(nameof(Names))]
    public void What_must_be_dumped(string name)
    {
        MistakeTests.SkipIfAnyStepIsBroken();
        var mistake = Find(name);
        var faults = Faults(Report(mistake, everything: false));
        if (UnseenInWhatMustBeDumped.TryGetValue(name, out var why)) { faults.Should().BeEmpty(why); return; }
        faults.Should().NotBeEmpty();
        faults.Should().OnlyContain(fault => fault.Gravest.All(result => LiesThere(mistake, result)));
        string[] twins = Array.Find(Twins, twins => twins.Contains(name)) ?? [name];
        faults.Should().OnlyContain(fault => fault.LooksLike.Select(found => found.Name).Order().SequenceEqual(twins.Order()));
    }

    private static bool LiesThere(KnownMistake mistake, JudgedResult result) =>
        result.Between.Select(input => input.Step!).Append(result.Step).Any(mistake.Wrong.ContainsKey);

    [SkippableFact(DisplayName = "who is blamed for what, as a table")]
    public Task The_table()
    {
        MistakeTests.SkipIfAnyStepIsBroken();
        return Snapshot.Verify(string.Join('\n', KnownMistakes.All.Select(Row).Prepend("mistake | blamed when everything is dumped | named | when only what must be is | named")));
    }

    private static string Row(KnownMistake mistake)
    {
        var (all, must) = (Faults(Report(mistake, everything: true)), Faults(Report(mistake, everything: false)));
        return $"{mistake.Name} | {Steps(all)} | {Named(all)} | {Steps(must)} | {Named(must)}";
    }

    private static string Steps(List<JudgedStep> faults) => faults.Count == 0 ? "-" : string.Join(", ", faults.Select(fault => fault.Step.id));

    private static string Named(List<JudgedStep> faults) => string.Join(", ", faults.SelectMany(fault => fault.LooksLike).Select(mistake => mistake.Name).Distinct());

    private static List<JudgedStep> Faults(PortReport report) => [.. report.Steps.Where(step => step.Verdict is Verdict.WrongHere or Verdict.WrongBetween)];

    /// <summary>Logits take most of the time, and only a few mistakes are made in them.</summary>
    private static PortReport Report(KnownMistake mistake, bool everything) => Reports.GetOrAdd((mistake.Name, everything), _ =>
    {
        var last = mistake.Wrong.Keys.Max(step => step.number);
        bool Dumps(ArticleStep step) =>
            (everything || DumpContract.Must.Contains(step)) && (step.number < ArticleSteps.logits.number || last >= ArticleSteps.logits.number);
        return Port.Check(MicroModel.Micro, Port.Tensors(MicroModel.Micro, ScalarType.Float32, mistake, Dumps));
    });

    private static KnownMistake Find(string name) => KnownMistakes.All.Single(mistake => mistake.Name == name);
}
