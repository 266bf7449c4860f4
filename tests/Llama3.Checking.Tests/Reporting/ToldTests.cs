using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reporting;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Reporting;

/// <summary>One fault in many passes is told once.</summary>
public sealed class ToldTests
{
    private static readonly Lazy<PortReport> NineWrongPasses = new(() => Check(prompt: null, pass: _ => "cache_pos_plus1", passes: 9));

    [Fact(DisplayName = "told: of nine passes with one fault the first is told, the others are named")]
    public void In_passes_only()
    {
        var told = Told.Of(NineWrongPasses.Value);
        told.Select(one => (one.Place, one.Again.Count)).Should().Equal(("the prompt", 0), ("decode.0", 8));
        told[1].Lines.Should().Equal("decode.1–8: the same");
    }

    [Fact(DisplayName = "told: passes with the prompt's fault are named after it")]
    public void As_in_the_prompt() => Told.Of(Check("gelu", pass: _ => "gelu", passes: 3)).Should().ContainSingle()
        .Which.Lines.Should().Equal("decode.0–2: the same");

    [Fact(DisplayName = "told: a pass with another fault is told, and so is one that agrees")]
    public void Other_faults()
    {
        var report = Check(prompt: null, pass: number => number switch { 1 => "gelu", 3 => null, _ => "cache_pos_plus1" }, passes: 5);
        Told.Of(report).Select(one => (one.Place, string.Concat(one.Lines)))
            .Should().Equal(("the prompt", ""), ("decode.0", "decode.2, 4: the same"), ("decode.1", ""), ("decode.3", ""));
    }

    [Fact(DisplayName = "told: a fault without a name is not the prompt's")]
    public void Without_a_name()
    {
        var told = Told.Of(Check(prompt: null, pass: _ => null, passes: 2, spoilt: "output_after_feedforward"));
        told.Select(one => one.Place).Should().Equal("the prompt", "decode.0");
        told[1].Again.Should().ContainSingle();
    }

    [Fact(DisplayName = "told: the report as text lists the fault once")]
    public void As_text() => string.Join('\n', ReportText.Disagreement(new Outcome(NineWrongPasses.Value, [])))
        .Should().StartWith("one step is at fault:\ndecode.0: 44 positions: ").And.EndWith("\ndecode.1–8: the same").And.NotContain("decode.4");

    /// <summary>A port that dumps what it must, up to layer outputs, and makes mistakes.</summary>
    private static PortReport Check(string? prompt, Func<int, string?> pass, int passes, string? spoilt = null)
    {
        var model = MicroModel.Micro;
        var tensors = new Dictionary<string, Tensor>();
        var first = Named(new Walk(model.Checkpoint, model.Article.Prompt, ScalarType.Float32)
        {
            pass = CachePasses.First(model.Article.Results(ScalarType.Float32)[ArticleSteps.tokens.id].tensor),
        }, prompt);
        Add(tensors, "", first, spoilt);
        var walk = first;
        foreach (var (number, golden) in model.Passes.Take(passes).Index())
        {
            walk = Named(walk.Next(golden.NewTokens), pass(number));
            Add(tensors, golden.Prefix, walk, spoilt);
        }
        return PortReport.Of(tensors);
    }

    private static Walk Named(Walk walk, string? mistake) =>
        walk.With(mistake is null ? [] : KnownMistakes.OfPasses.Single(known => known.Name == mistake).Wrong.ToDictionary());

    private static void Add(Dictionary<string, Tensor> tensors, string prefix, Walk walk, string? spoilt)
    {
        var steps = DumpContract.Must.Append(CacheSteps.positions).Where(step => step.number < ArticleSteps.final_embedding.number || step == CacheSteps.positions);
        foreach (var (step, scope) in from scope in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer)
                                      from step in steps
                                      where prefix.Length > 0 || step != CacheSteps.positions
                                      select (step, scope))
        {
            var tensor = walk[step, scope].tensor;
            tensors[prefix + scope.KeyOf(step)] = Port.Handle(step.id == spoilt ? tensor * 1.01 : tensor);
        }
    }
}
