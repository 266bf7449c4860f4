using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Steps = System.Collections.Generic.IReadOnlyDictionary<Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>>;

namespace Llama3.Checking.Tests.Judging;

/// <summary>float32 ports whose weights, cache or hardware have fewer bits are right; small mistakes are not taken for their roundings.</summary>
public sealed class RoundedProductsTests
{
    private static readonly string[] AfterProducts = ["no_scale", "eps_1e-6", "rope_half_split", "no_attn_residual"];

    public static IEnumerable<object[]> Ports => In(RoundedProducts.All.Keys);

    [Theory(DisplayName = "float32 with narrow products is no fault:"), MemberData(nameof(Ports))]
    public void Not_blamed(string name, string model, bool everything)
    {
        var report = Check(model, RoundedProducts.Of(RoundedProducts.All[name]), everything, upTo: null);
        NotOk(report).Should().BeEmpty();
        (report.Agrees, report.Precision, report.Coarser).Should().Be((true, PortPrecision.fp32, null));
        report.Notes.Should().Contain(note => note.StartsWith("float32, but", StringComparison.Ordinal));
    }

    public static IEnumerable<object[]> NarrowSums => In(RoundedProducts.WithNarrowSums.Keys);

    [Theory(DisplayName = "float32 with narrow sums is no fault, though nothing can compute them again:"), MemberData(nameof(NarrowSums))]
    public void Narrow_sums(string name, string model, bool everything)
    {
        var report = Check(model, RoundedProducts.WithNarrowSums[name], everything);
        NotOk(report).Should().BeEmpty();
        (report.Agrees, report.Coarser).Should().Be((true, PortPrecision.fp16));
    }

    [Fact(DisplayName = "float32 without roundings: nothing is said of any")]
    public void Another_order_of_summation()
    {
        var report = Check("micro", RoundedProducts.Of(RoundedProducts.Nothing), everything: true);
        (report.Agrees, report.Arithmetic, report.Coarser, report.AgreesIn).Should().Be((true, null, null, null));
    }

    [Theory(DisplayName = "judged as --precision fp32, narrow products are a fault, and it is said what they agree with:")]
    [InlineData("weights in float16", PortPrecision.fp16)]
    [InlineData("a cache in float16", PortPrecision.fp16)]
    [InlineData("weights in bfloat16", PortPrecision.bf16)]
    public void As_asked(string name, PortPrecision agreesIn)
    {
        var report = Check("micro", RoundedProducts.Of(RoundedProducts.All[name]), everything: false, precision: PortPrecision.fp32);
        (report.Agrees, report.AgreesIn).Should().Be((false, agreesIn));
    }

    public static IEnumerable<object[]> WithMistakes =>
        from name in new[] { "weights in float16", "weights in bfloat16" } from mistake in AfterProducts select new object[] { name, mistake };

    [Theory(DisplayName = "a mistake of a port with narrow products is named:"), MemberData(nameof(WithMistakes))]
    public void With_a_mistake(string name, string mistake)
    {
        var known = KnownMistakes.All.Single(one => one.Name == mistake);
        var report = Check("micro", With(RoundedProducts.Of(RoundedProducts.All[name]), known.Wrong), everything: false);
        var faults = report.Passes.Prepend(report).SelectMany(run => run.Results).Where(result => result.IsFault).ToList();
        faults.Should().NotBeEmpty().And.OnlyContain(fault => fault.LooksLike.Contains(known));
        FaultTensorsTests.ShouldBeAsJudged(report);
    }

    public static IEnumerable<object[]> Weak => LongTests.Some(
        from name in WeakMistakes.All.Keys from everything in new[] { true, false } select new object[] { name, everything }, every: 11);

    [Theory(DisplayName = "a mistake as small as roundings is not taken for them:"), MemberData(nameof(Weak))]
    public void Weak_mistakes(string name, bool everything)
    {
        var report = Check("micro", With(RoundedProducts.Of(RoundedProducts.Nothing), WeakMistakes.All[name]), everything);
        (report.Agrees, report.Arithmetic, report.Coarser).Should().Be((false, null, null));
    }

    public static IEnumerable<object[]> Between => LongTests.Some<object[]>(
        [["eps 9e-6"], ["eps 1e-6"], ["scores off by 1e-3"], ["a SiLU that is off by up to 0.2 %"], ["one element of wv"]], every: 5);

    [Theory(DisplayName = "nor is it where little is dumped:")]
    [MemberData(nameof(Between))]
    public void Weak_mistakes_between(string name)
    {
        var steps = With(RoundedProducts.Of(RoundedProducts.Nothing), WeakMistakes.All[name]);
        foreach (var id in LongTests.Some(["q_per_token", "embedding_delta", "embedding_after_edit", "layer_0_embedding"], every: 4, everyInLong: 2))
        {
            var report = Check("micro", steps, step => step.id == id || step.id == "tokens");
            (report.Agrees, report.Arithmetic, report.Coarser).Should().Be((false, null, null), id);
        }
    }

    /// <summary>Everything on one model, what must be dumped on both.</summary>
    private static IEnumerable<object[]> In(IEnumerable<string> names) =>
        LongTests.Some(
            from name in names
            from dumped in new[] { ("micro", true), ("micro", false), ("micro-mha", false) }
            select new object[] { name, dumped.Item1, dumped.Item2 },
            every: 9);

    /// <summary>Steps of which some are computed in yet another way.</summary>
    internal static Dictionary<ArticleStep, Func<Values, StepResult>> With(Steps steps, Steps instead) => steps.Where(pair => !instead.ContainsKey(pair.Key)).Concat(instead).ToDictionary();

    /// <summary>What is not ok, in the prompt and in the passes.</summary>
    internal static IEnumerable<string> NotOk(PortReport report) => report.Passes.Prepend(report)
        .SelectMany(run => run.Results, (run, result) => (Text: $"{run.Dump.Golden.Name}: {result}", result.Verdict))
        .Where(found => found.Verdict != Verdict.Ok).Select(found => found.Text);

    /// <summary>Judges a port that computes some steps otherwise, in the prompt and two passes.</summary>
    internal static PortReport Check(string model, Steps steps, bool everything, string? upTo = "logits", PortPrecision? precision = null) =>
        Check(model, steps, step => everything || DumpContract.Must.Contains(step), upTo, precision);

    private static PortReport Check(string model, Steps steps, Func<ArticleStep, bool> dumps, string? upTo = "logits", PortPrecision? precision = null)
    {
        var (micro, tensors) = (MicroModel.Named(model), new Dictionary<string, Tensor>());
        var first = CachePasses.First(micro.Article.Results(float32)[ArticleSteps.tokens.id].tensor);
        var walk = new Walk(micro.Checkpoint, micro.Article.Prompt, float32) { pass = first }.With(steps);
        Add("", Aliases.Dumpable);
        foreach (var golden in micro.Passes.Take(2))
        {
            walk = walk.Next(golden.NewTokens);
            Add(golden.Prefix, Aliases.DumpableWithCache);
        }
        return new DumpCheck(DumpedRun.Of(MemoryDump.Of(tensors), micro.Article), precision).Run();

        // Logits take most of the time.
        void Add(string prefix, IEnumerable<ArticleStep> dumpable)
        {
            foreach (var (key, tensor) in from layer in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer)
                                          from step in dumpable.TakeWhile(step => step.id != upTo)
                                          where step.dtype is not null && dumps(step)
                                          select (layer.KeyOf(step), walk[step, layer].tensor))
            {
                tensors[prefix + key] = Port.Handle(tensor);
            }
        }
    }
}
