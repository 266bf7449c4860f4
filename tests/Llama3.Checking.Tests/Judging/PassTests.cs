using System.Collections.Concurrent;
using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Ports that dump passes over new tokens: who is right is not blamed, and a mistake is placed and named.</summary>
public sealed partial class PassTests
{
    private static readonly string[] OfTheArticle = ["mask_missing", "gqa_modulo", "no_scale", "gelu", "no_attn_residual", "rope_half_split", "mask_window_4", "alibi"];

    private static readonly ConcurrentDictionary<(MicroModel, ScalarType, ArticleStep?), Lazy<Dictionary<string, Tensor>>> Prompts = new();

    public static TheoryData<string, string, bool> Honest => new()
    {
        { "micro", "fp32", true }, { "micro", "bf16", true }, { "micro-mha", "fp32", true }, { "micro-mha", "bf16", false }, { "micro", "fp32", false },
    };

    private static IEnumerable<KnownMistake> Mistakes =>
        KnownMistakes.OfPasses.Where(mistake => !KnownMistakes.All.Contains(mistake) || OfTheArticle.Contains(mistake.Name));

    [Theory(DisplayName = "decode: the reference itself is not blamed"), MemberData(nameof(Honest))]
    public void The_reference_itself(string name, string precision, bool everything)
    {
        var model = MicroModel.Named(name);
        var dtype = Precision.All.Single(dtype => Precision.Name(dtype) == precision);
        var report = Check(model, Tensors(model, dtype, null, everything, model.Passes.Count));
        report.Passes.Should().HaveCount(model.Passes.Count);
        report.Passes.SelectMany(pass => pass.Results).Where(result => result.Verdict != Verdict.Ok).Select(result => result.Name).Should().BeEmpty();
        report.Agrees.Should().BeTrue();
        report.Passes.Should().OnlyContain(pass => pass.Missing.Count == 0 && pass.Precision == report.Precision);
    }

    [Theory(DisplayName = "decode: the goldens themselves, as files:")]
    [InlineData("micro", "fp32")]
    [InlineData("micro-mha", "bf16")]
    public void The_goldens_themselves(string name, string precision)
    {
        var (model, tensors) = (MicroModel.Named(name), new Dictionary<string, Tensor>());
        foreach (var part in (string[])["article", "decode"])
        {
            using var dump = Dump.Open(Path.Combine(Repository.Root, $"fixtures/{name}/{part}.{precision}.safetensors"));
            foreach (var entry in dump.Entries) { tensors[entry.Name] = dump.Read(entry); }
        }
        var report = Check(model, tensors);
        (report.Agrees, report.Passes.Count).Should().Be((true, model.Passes.Count));
        report.Passes.SelectMany(pass => pass.Results).Should().OnlyContain(result => result.Golden != null || result.Step == ArticleSteps.tokens);
    }

    [SkippableFact(DisplayName = "decode: who is blamed for what, as a table")]
    public Task The_table()
    {
        LongTests.SkipUnlessAskedFor();
        return Snapshot.Verify(string.Join('\n', Mistakes.Select(Row)
            .Prepend("mistake | blamed when everything is dumped: named | when only what must be is: named")));
    }

    [Fact(DisplayName = "decode: a mistake of a port in bfloat16 is named in every pass, from what must be dumped")]
    public void In_half_precision()
    {
        var known = KnownMistakes.All.Single(mistake => mistake.Name == "no_scale");
        var report = Check(MicroModel.Micro, Tensors(MicroModel.Micro, bfloat16, known, everything: false, passes: 2, upTo: ArticleSteps.logits));
        report.Precision.Should().Be(PortPrecision.bf16);
        var faults = report.Passes.Select(pass => pass.Results.Where(result => result.IsFault).ToList()).ToList();
        faults.Should().OnlyContain(ofPass => ofPass.Count > 0);
        faults.SelectMany(ofPass => ofPass).SelectMany(fault => fault.Causes).Distinct().Should().ContainSingle()
            .Which.ToString().Should().Be("no_scale, in the passes after the prompt only");
    }

    [Fact(DisplayName = "decode: a port may feed what it wants; then only the reference on its own numbers judges")]
    public void Other_tokens()
    {
        var tensors = Tensors(MicroModel.Micro, float32, null, everything: false, passes: 0);
        var walk = Prefill(MicroModel.Micro, float32);
        foreach (var (number, tokens) in ((long[][])[[2983], [128001], [2, 3, 4]]).Index())
        {
            walk = walk.Next(torch.tensor(tokens));
            Add(tensors, $"decode.{number}.", walk, everything: false);
        }
        var report = Check(MicroModel.Micro, tensors);
        (report.Agrees, report.Passes.Count, report.Passes[0].Dump.Golden.HasGoldens).Should().Be((true, 3, true));
        report.Passes.Skip(1).Should().OnlyContain(pass => pass.Dump.Notes.Any(note => note.StartsWith("other tokens than prompt.json's", StringComparison.Ordinal)));
        tensors["decode.1.tokens"] = torch.tensor([5L]);
        Check(MicroModel.Micro, tensors).Passes[1].FirstFault!.Step.Should().Be(ArticleSteps.tokens, "128001 was predicted");
    }

    [Theory(DisplayName = "decode: other tokens are a fault only where the port has dumped another prediction, and lost it on the way:")]
    [InlineData(new long[] { 5 }, false, true)]
    [InlineData(new long[] { 5 }, true, false)]
    [InlineData(new long[] { 5, 6 }, true, true)]
    [InlineData(new long[] { 2983 }, true, true)]
    public void Tokens_that_were_not_predicted(long[] ids, bool dumpsPrediction, bool agrees)
    {
        var prompt = Tensors(MicroModel.Micro, float32, null, everything: false, passes: 0);
        var tensors = dumpsPrediction ? prompt : prompt.Where(pair => pair.Key != "next_token").ToDictionary();
        Add(tensors, "decode.0.", Prefill(MicroModel.Micro, float32).Next(torch.tensor(ids)), everything: false);
        Check(MicroModel.Micro, tensors).Agrees.Should().Be(agrees);
    }

    [Fact(DisplayName = "decode: the tokens of prompt.json may be fed whatever the port predicts, after other tokens too")]
    public void Forced_tokens()
    {
        var tensors = Tensors(MicroModel.Micro, float32, null, everything: false, passes: 0);
        var walk = Prefill(MicroModel.Micro, float32);
        foreach (var (number, tokens) in ((long[][])[[7, 8], [128001, 1820, 3488, 311, 279], [15861], [11]]).Index())
        {
            walk = walk.Next(torch.tensor(tokens));
            Add(tensors, $"decode.{number}.", walk, everything: false);
        }
        var report = Check(MicroModel.Micro, tensors);
        report.Passes[1].Results.Single(result => result.Step == ArticleSteps.next_token).Verdict.Should().Be(Verdict.Ok);
        report.Agrees.Should().BeTrue();
    }

    [Fact(DisplayName = "decode: a last layer that goes on with the last token alone, on tokens of which there are no goldens")]
    public void The_last_token_alone()
    {
        var tensors = Tensors(MicroModel.Micro, float32, null, everything: false, passes: 0);
        Add(tensors, "decode.0.", Prefill(MicroModel.Micro, float32).Next(torch.tensor([7L, 8, 9])), everything: false);
        foreach (var id in (string[])["embedding_after_edit", "output_after_feedforward", "layer_0_embedding"])
        {
            tensors[$"decode.0.layers.2.{id}"] = tensors[$"decode.0.layers.2.{id}"][^1..];
        }
        var pass = Check(MicroModel.Micro, tensors).Passes.Single();
        (pass.Agrees, pass.Dump.Golden.HasGoldens).Should().Be((true, false));
        tensors["decode.0.layers.2.output_after_feedforward"] *= 1.01;
        Check(MicroModel.Micro, tensors).Passes.Single().Results.Where(result => result.IsFault).Select(result => result.Name)
            .Should().Equal("layers.2.output_after_feedforward", "layers.2.layer_0_embedding");
    }

    [Theory(DisplayName = "decode: a cache whose length is not advanced is judged in every pass:")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cache_that_is_not_advanced(bool dumpsCaches)
    {
        var tensors = Tensors(MicroModel.Micro, float32, null, everything: false, passes: 0);
        var prompt = Prefill(MicroModel.Micro, float32);
        foreach (var pass in MicroModel.Micro.Passes)
        {
            // Every pass writes its keys behind those of the prompt, and reads no further.
            var walk = prompt.With(CachePasses.After(
                pass.Kept, pass.NewTokens, layer => prompt[CacheSteps.k_cache, Scope.Layer(layer)].tensor, layer => prompt[CacheSteps.v_cache, Scope.Layer(layer)].tensor));
            Add(tensors, pass.Prefix, walk, everything: true, upTo: ArticleSteps.logits);
        }
        if (!dumpsCaches) { tensors = tensors.Where(pair => !pair.Key.EndsWith("_cache", StringComparison.Ordinal)).ToDictionary(); }
        var report = Check(MicroModel.Micro, tensors);
        report.Passes.Should().HaveCount(9).And.OnlyContain(pass => pass.Dump.Unreadable.Count == 0);
        report.Passes[0].Agrees.Should().BeTrue("nothing was lost yet");
        report.Passes.Skip(1).Should().OnlyContain(pass => pass.FirstFault!.Problem != null && pass.FirstFault.Problem.StartsWith("shape"));
    }

    [Theory(DisplayName = "decode: refused in one line:")]
    [InlineData("decode.1.tokens", new long[] { 1 }, "*is dumped without decode.0, expected every one from decode.0 on*")]
    [InlineData("decode.0.nothing", new long[] { 1 }, "*decode.0 holds no tensor with a known name*")]
    public void Refused(string name, long[] shape, string message)
    {
        var tensors = new Dictionary<string, Tensor> { ["next_token"] = torch.tensor([2983L]), [name] = torch.zeros(shape) };
        FluentActions.Invoking(() => Check(MicroModel.Micro, tensors)).Should().Throw<BadInputException>().WithMessage(message);
    }

    private static string Row(KnownMistake mistake) =>
        $"{mistake.Name} | {Blame(Check(mistake, everything: true))} | {Blame(Check(mistake, everything: false))}";

    private static string Blame(PortReport report)
    {
        report.Steps.Where(step => step.IsFault).Should().BeEmpty("the prompt itself was right");
        var faults = report.Passes.SelectMany(pass => pass.Steps, (pass, step) => (pass.Dump.Golden.Name, step)).Where(pair => pair.step.IsFault)
            .Select(pair => $"{pair.Name} {pair.step.Step.id}: {(pair.step.LooksLike.Count == 0 ? "?" : string.Join(", ", pair.step.LooksLike.Select(found => found.Name)))}").ToList();
        return faults.Count == 0 ? "-" : string.Join("; ", faults);
    }

    private static PortReport Check(KnownMistake mistake, bool everything) =>
        Check(MicroModel.Micro, Tensors(MicroModel.Micro, float32, mistake, everything, passes: 2, upTo: ArticleSteps.logits));

    private static PortReport Check(MicroModel model, Dictionary<string, Tensor> tensors) =>
        new DumpCheck(DumpedRun.Of(MemoryDump.Of(tensors), model.Article)).Run();

    /// <summary>What a port dumps that is right in prefill, and makes a mistake in every pass after it.</summary>
    private static Dictionary<string, Tensor> Tensors(MicroModel model, ScalarType dtype, KnownMistake? mistake, bool everything, int passes, ArticleStep? upTo = null)
    {
        var walk = Prefill(model, dtype);
        var tensors = new Dictionary<string, Tensor>(OfThePrompt(model, dtype, upTo));
        foreach (var golden in model.Passes.Take(passes))
        {
            walk = walk.Next(golden.NewTokens);
            if (mistake is not null) { walk = walk.With(mistake.Wrong); }
            Add(tensors, golden.Prefix, walk, everything, upTo);
        }
        return tensors;
    }

    private static Dictionary<string, Tensor> OfThePrompt(MicroModel model, ScalarType dtype, ArticleStep? upTo) =>
        Prompts.GetOrAdd((model, dtype, upTo), _ => new(() =>
        {
            var tensors = new Dictionary<string, Tensor>();
            Add(tensors, "", new Walk(model.Checkpoint, model.Article.Prompt, dtype), everything: false, upTo);
            return tensors;
        })).Value;

    private static Walk Prefill(MicroModel model, ScalarType dtype) => new(model.Checkpoint, model.Article.Prompt, dtype)
    {
        pass = CachePasses.First(model.Article.Results(dtype)[ArticleSteps.tokens.id].tensor),
    };

    /// <summary>Logits take most of the time, and hardly a mistake is made in them.</summary>
    private static void Add(Dictionary<string, Tensor> tensors, string prefix, Walk walk, bool everything, ArticleStep? upTo = null)
    {
        var steps = Aliases.DumpableWithCache.TakeWhile(step => step != upTo)
            .Where(step => everything ? step.dtype is not null : DumpContract.Must.Contains(step)).ToList();
        foreach (var (key, tensor) in from scope in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer)
                                      from step in steps
                                      select (scope.KeyOf(step), walk[step, scope].tensor))
        {
            tensors[prefix + key] = Port.Handle(tensor);
        }
    }
}
