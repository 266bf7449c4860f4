using System.Collections.Concurrent;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Tests.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>
/// Every mistake of the catalogue, made by a port that is otherwise right: the check must blame the steps that the mistake gets wrong,
/// and no other, and name this mistake, and no other. LLAMA3_LONG_TESTS=1 makes all of them, not some.
/// </summary>
public sealed class BlameTests
{
    /// <summary>What nothing that a port dumps on the article's prompt can show.</summary>
    private static readonly Dictionary<string, string> Unseen = new()
    {
        ["pieces_trimmed"] = "text is not dumped",
        ["softmax_no_max"] = "exp overflows on large scores only: --case large_scores",
        ["softmax_max_from_0"] = "exp of all scores of a row is 0 on large negative ones only: --case large_scores",
    };

    /// <summary>What shows only in tensors that a port need not dump.</summary>
    private static readonly Dictionary<string, string> UnseenInWhatMustBeDumped = new(Unseen)
    {
        ["mask_-1000"] = "after the softmax it is right",
        ["mask_-100"] = "after the softmax it is right",
    };

    /// <summary>Mistakes that are one and the same where only what must be dumped is: both are named.</summary>
    internal static readonly string[][] Twins = [["rope_missing", "rope_pos_zero"]];

    private static readonly ConcurrentDictionary<string, Lazy<Blame>> Blames = new();

    public static TheoryData<string> Names => [.. Catalogue.Some.Select(mistake => mistake.Name)];

    [Theory(DisplayName = "a port that dumps everything:"), MemberData(nameof(Names))]
    public void Everything_dumped(string name)
    {
        var mistake = Find(name);
        var faults = BlameFor(mistake).All;
        if (Unseen.TryGetValue(name, out var why)) { faults.Should().BeEmpty(why); return; }
        faults.Should().NotBeEmpty();
        faults.Where(fault => fault.Verdict != Verdict.WrongHere || !mistake.Wrong.ContainsKey(fault.Step)).Should().BeEmpty("it gets no other step wrong");
        faults.Where(fault => fault.LooksLike.Count != 1 || fault.LooksLike[0] != mistake).Should().BeEmpty("nothing else happened");
        var finest = mistake.Wrong.Keys.Where(step => !mistake.Wrong.Keys.Any(finer => finer.part_of == step));
        finest.Except(faults.Select(fault => fault.Step)).Should().BeSubsetOf(TooSmallToSee(name), "the mistake shows everywhere else");
    }

    /// <summary>
    /// Rows before the final norm are large: there eps hardly matters (--case small_norms shows it). Few of micro's weights are subnormal in
    /// float16: that shows in the embeddings, and where errors add up.
    /// </summary>
    private static ArticleStep[] TooSmallToSee(string name) =>
        name.StartsWith("eps_", StringComparison.Ordinal) ? [FinerPoints.norm_before_weight]
        : name == "subnormals_flushed" ? [.. Find(name).Wrong.Keys.Except([ArticleSteps.token_embeddings_unnormalized])]
        : [];

    [Theory(DisplayName = "a port that dumps what it must:"), MemberData(nameof(Names))]
    public void What_must_be_dumped(string name)
    {
        var mistake = Find(name);
        var faults = BlameFor(mistake).Must;
        if (UnseenInWhatMustBeDumped.TryGetValue(name, out var why)) { faults.Should().BeEmpty(why); return; }
        faults.Should().NotBeEmpty();
        faults.SelectMany(fault => fault.Gravest).Where(result => !LiesThere(mistake, result)).Should().BeEmpty("the fault lies in a step that it gets wrong");
        string[] twins = Array.Find(Twins, twins => twins.Contains(name)) ?? [name];
        faults.Where(fault => !fault.LooksLike.Select(found => found.Name).Order().SequenceEqual(twins.Order())).Should().BeEmpty("that is what happened");
    }

    private static bool LiesThere(KnownMistake mistake, JudgedResult result) =>
        result.Between.Select(input => input.Step!).Append(result.Step).Any(mistake.Wrong.ContainsKey);

    [SkippableFact(DisplayName = "who is blamed for what, as a table")]
    public Task The_table()
    {
        LongTests.SkipUnlessAskedFor();
        return Snapshot.Verify(string.Join('\n', KnownMistakes.All.Select(Row).Prepend("mistake | blamed when everything is dumped | named | when only what must be is | named")));
    }

    private static string Row(KnownMistake mistake)
    {
        var (all, must) = BlameFor(mistake);
        return $"{mistake.Name} | {Steps(all)} | {Named(all)} | {Steps(must)} | {Named(must)}";
    }

    private static string Steps(List<JudgedStep> faults) => faults.Count == 0 ? "-" : string.Join(", ", faults.Select(fault => fault.Step.id));

    private static string Named(List<JudgedStep> faults) => string.Join(", ", faults.SelectMany(fault => fault.LooksLike).Select(mistake => mistake.Name).Distinct());

    private static List<JudgedStep> Faults(PortReport report) => [.. report.Steps.Where(step => step.Verdict is Verdict.WrongHere or Verdict.WrongBetween)];

    private static Blame BlameFor(KnownMistake mistake) => Blames.GetOrAdd(mistake.Name, _ => new(() =>
    {
        // Logits take most of the time, and only a few mistakes are made in them.
        var last = mistake.Wrong.Keys.Max(step => step.number);
        bool Dumps(ArticleStep step) => step.number < ArticleSteps.logits.number || last >= ArticleSteps.logits.number;
        var all = Port.Tensors(MicroModel.Micro, ScalarType.Float32, mistake, Dumps);
        return new(Faults(Port.Check(MicroModel.Micro, all)), Faults(Port.Check(MicroModel.Micro, Port.WhatMustBeDumped(all))));
    })).Value;

    private static KnownMistake Find(string name) => KnownMistakes.All.Single(mistake => mistake.Name == name);

    /// <summary>The faults that are found where a port dumps everything, and where it dumps what it must.</summary>
    private sealed record Blame(List<JudgedStep> All, List<JudgedStep> Must);
}
