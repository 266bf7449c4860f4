using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Tests;

/// <summary>What the contract says of other inputs than the article's prompt.</summary>
public sealed partial class ContractTests
{
    private static readonly GoldenCase[] OtherInputs = [.. MicroModel.All.SelectMany(model => model.Cases).OfType<OtherInputsCase>()];

    public static TheoryData<string, string> NamesOfOtherInputs
    {
        get
        {
            var names = new TheoryData<string, string>();
            foreach (var golden in OtherInputs) { names.Add(golden.Model.Name, golden.Name); }
            return names;
        }
    }

    [Fact(DisplayName = "contract: other inputs, what to feed and what to dump")]
    public void Other_inputs() => ShouldHold("cases", Table(
        ["NAME", "feed", "at positions", "compute and dump"],
        OtherInputs.Select(golden => new[] { Named(golden), Fed(golden), Positions(golden), Asked(golden) })));

    [Fact(DisplayName = "contract: micro-mha has no other inputs")]
    public void Only_two_models_have_other_inputs() => MicroModel.MicroMha.Cases.Should().AllBeOfType<ArticleCase>();

    [Theory(DisplayName = "contract: whoever is fed so and dumps that is judged in all but what was fed, and passes:")]
    [MemberData(nameof(NamesOfOtherInputs))]
    public void Fed_with_other_inputs(string model, string name)
    {
        var golden = OtherInputs.Single(golden => golden.Model.Name == model && golden.Name == name);
        var fed = Inputs(golden).ToHashSet();
        using var port = new Walk(golden.Model.Checkpoint, golden.Prompt, ScalarType.Float32)
        {
            Source = ResultSource.GivenOrComputed((step, scope) => fed.Contains(step) && scope == Scope.Article ? golden.Results(ScalarType.Float32)[step.id] : null),
            positions = golden.Positions(),
        };
        var report = Check(Computed(golden).Union(fed).Select(step => KeyValuePair.Create(step.id, port[step, Scope.Article])), golden);
        report.Results.Should().OnlyContain(result => result.Verdict == Verdict.Ok && result.Golden != null);
        report.Results.Select(result => result.Step).Should().BeEquivalentTo(Computed(golden));
    }

    private static IEnumerable<ArticleStep> Computed(GoldenCase golden) =>
        ArticleSteps.all.Where(step => golden.Covers(step) && step.dtype is not null);

    /// <summary>What is set by hand and read, in reading order; of a prompt its tokens, with which everything starts.</summary>
    private static IEnumerable<ArticleStep> Inputs(GoldenCase golden)
    {
        var walk = golden.Walk(ScalarType.Float32);
        var read = ArticleSteps.all.Where(golden.Covers).SelectMany(step => walk.Run(step, Scope.Article).Inputs)
            .Where(input => input.Step is { } step && golden.InputOf(step, input.Scope, ScalarType.Float32) is not null)
            .Select(input => input.Step!);
        return golden.Covers(ArticleSteps.tokens) ? [ArticleSteps.tokens] : ArticleSteps.all.Intersect(read);
    }

    private static string Named(GoldenCase golden) =>
        golden.Model == MicroModel.Micro ? $"`{golden.Name}`" : $"`{golden.Name}` with `--model {golden.Model.Name}`";

    private static string Fed(GoldenCase golden) => string.Join(", ", Inputs(golden).Select(step =>
        $"`{step.id}` [{string.Join(", ", golden.Results(ScalarType.Float32)[step.id].tensor.shape)}]"));

    private static string Positions(GoldenCase golden) =>
        string.Join(", ", golden.Positions()?.ToInt64s() ?? [.. Enumerable.Range(0, (int)golden.Tokens).Select(position => (long)position)]);

    private static string Asked(GoldenCase golden)
    {
        var spared = DumpContract.Must.Except(Computed(golden)).ToList();
        return golden.Covers(ArticleSteps.tokens)
            ? $"all that must be dumped, but {Ids(spared)}"
            : Ids(Computed(golden));
    }

    private static string Ids(IEnumerable<ArticleStep> steps) => string.Join(", ", steps.Select(step => $"`{step.id}`"));
}
