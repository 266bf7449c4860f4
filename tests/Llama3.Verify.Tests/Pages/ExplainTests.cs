using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Verify.Pages;
using Llama3.Verify.Searching;

namespace Llama3.Verify.Tests.Pages;

/// <summary>What "explain" tells.</summary>
public sealed partial class ExplainTests
{
    private const int Unwrapped = 10_000;

    private static readonly ConcurrentDictionary<string, string[]> Explanations = new();

    public static TheoryData<string> Ids => new(Aliases.Dumpable.Select(step => step.id));

    [Fact(DisplayName = "explain, as text; plain and unwrapped when piped")]
    public Task As_text() => Snapshot.Verify(Cli.Run("explain", "prompt_split_as_tokens").Output);

    [Fact(DisplayName = "explain takes a number too")]
    public void By_number() => Cli.Run("explain", "12").Output.Should().Be(Cli.Run("explain", "freqs_cis").Output);

    [Fact(DisplayName = "explain takes several words, in quotes or not")]
    public void By_several_words() => Cli.Run("explain", "rotate", "keys").Output.Should().Be(Cli.Run("explain", "rotate keys").Output);

    [Theory(DisplayName = "explain lists what fits, mistakes too, or shows the one that is meant and names the others, as text:")]
    [InlineData("residual")]
    [InlineData("gelu")]
    public Task Words_as_text(string typed) => Snapshot.Verify(Cli.Run("explain", typed).Output, typed);

    [Fact(DisplayName = "explain says which words it looked up instead of those that fit nothing")]
    public void A_slip() => Cli.Run("explain", "residuel").Output
        .Should().Be($"nothing fits 'residuel'; this fits 'residual'\n{Cli.Run("explain", "residual").Output}");

    [Theory(DisplayName = "explain and --step list the same, a line each, and say how to see one:")]
    [InlineData("rope")]
    [InlineData("rotery")]
    [InlineData("eps")]
    [InlineData("kv cache")]
    public void The_same_list(string typed)
    {
        var (explain, step, found) = (Cli.Run("explain", typed), Cli.Run("--step", typed), StepSearch.Find(typed));
        (explain.ExitCode, explain.Error).Should().Be((0, ""));
        step.Should().Be(explain);
        var lines = explain.Output.TrimEnd('\n').Split('\n');
        lines.Should().OnlyContain(line => line == line.TrimEnd());
        lines.Select(line => line.TrimStart()).Where(line => found.All.Any(topic => line.Contains($"{topic.Name} ") && line.Contains($"  {topic.Title}")))
            .Should().HaveSameCount(found.All);
        lines[^1].Should().Contain($"llama3verify explain {found.All[0].Name};").And.EndWith($"llama3verify --step {found.All[0].Step!.number}");
    }

    [Theory(DisplayName = "explain, an exact id shows the step, and one line names the others that are called so:")]
    [InlineData("mask", "26 qk_per_token_after_masking, 27 qk_per_token_after_masking_after_softmax, 47 decode.mask, "
        + "mask_multiply, mask_after_softmax, cache_mask_top_left, padding_not_masked")]
    [InlineData("feed_forward_gate", "feed_forward_gate_activated")]
    public void Others(string id, string others) =>
        Cli.Run("explain", id).Output.TrimEnd('\n').Split('\n').Should().EndWith(["", $"   see also  {others}"]);

    [Theory(DisplayName = "explain, a list fits 80 columns, and loses no word there:")]
    [InlineData("rope")]
    [InlineData("kv cache")]
    public void A_list_in_80_columns(string typed)
    {
        var found = StepSearch.Find(typed);
        var narrow = Page.Lines(80, console => new FoundPage(console, found).ShowAll());
        narrow.Should().OnlyContain(line => line.Length <= 80);
        Words(narrow).Should().Equal(Words(Page.Lines(Unwrapped, console => new FoundPage(console, found).ShowAll())));
    }

    [Theory(DisplayName = "explain shows all that the step declares:")]
    [MemberData(nameof(Ids))]
    public void Declared(string id)
    {
        var step = Aliases.Find(id);
        Fields(id, "why").Should().Equal(step.why);
        Fields(id, "formula").Should().Equal(step.formula);
        Fields(id, "code").Should().Equal(step.code_on_one_line);
        Fields(id, "notebook").Should().Contain($"llama3-from-scratch.ipynb, cell {step.cell}").And.HaveCount(2);
        Fields(id, "inside").Should().HaveCount(FinerPoints.all.Count(point => point.part_of == step));
        Fields(id, "part of").Should().HaveCount(step.part_of is null ? 0 : 1);
        Aliases.Of(step).Select(alias => alias.Template).Except(Fields(id, "named").SelectMany(names => names.Split(' ', ','))).Should().BeEmpty();
        var file = Fields(id, "function").Single().Split(" in ")[1];
        File.Exists(Path.Combine(Repository.Root, file)).Should().BeTrue();
    }

    [Theory(DisplayName = "explain lists the known mistakes, how to fix them, and where somebody described them:")]
    [MemberData(nameof(Ids))]
    public void Mistakes(string id)
    {
        var mistakes = KnownMistakes.All.Concat(KnownMistakes.OfSome).Concat(StateMistakes.All).Where(mistake => mistake.Wrong.ContainsKey(Aliases.Find(id))).ToList();
        Fields(id, "mistake").Should().Equal(mistakes.Select(mistake => $"{mistake.Name}: {mistake.Mistake}"));
        Fields(id, "fix").Should().Equal(mistakes.Select(mistake => mistake.Fix));
        Fields(id, "see").Should().Equal(mistakes.SelectMany(mistake => mistake.Urls));
    }

    [Theory(DisplayName = "explain shows every tolerance and its reason:")]
    [MemberData(nameof(Ids))]
    public void Tolerances(string id)
    {
        var manifest = MicroModel.Micro.Manifest;
        var reasons = manifest.Tolerances.Where(entry => entry.Steps.Contains(id)).Select(entry => entry.Reason);
        var forPorts = manifest.PortTolerances.Where(entry => entry.Steps.Contains(id)).Select(entry => entry.Reason);
        string[] expected = [.. reasons, .. Aliases.Find(id).dtype is null ? [] : forPorts];
        Fields(id, "tolerance").Zip(expected).Should().HaveCount(expected.Length)
            .And.OnlyContain(pair => pair.First.EndsWith($": {pair.Second}", StringComparison.Ordinal));
    }

    [Theory(DisplayName = "explain shows what a step reads:")]
    [InlineData("tokens", "\"the answer to the ultimate question of life, the universe, and everything is \"")]
    [InlineData("zero_to_one_split_into_64_parts", "head_dim 10")]
    [InlineData("freqs_cis", "freqs_for_each_token [17, 5]")]
    public void Reads(string id, string expected) => Fields(id, "reads").Should().Equal(expected);

    [Fact(DisplayName = "explain shows the limits themselves")]
    public void Limits()
    {
        Fields("q_per_token", "tolerance").Should().Contain(limit => limit.StartsWith("fp32 step test, rel-L2 <= 1e-5: ", StringComparison.Ordinal))
            .And.Contain(limit => limit.StartsWith("bf16 step test, at most 1 ulp: ", StringComparison.Ordinal))
            .And.Contain(limit => limit.StartsWith("fp32 port, golden, rel-L2 <= 1e-4: ", StringComparison.Ordinal))
            .And.Contain(limit => limit.StartsWith(
                "bf16 port, golden, at most 3 times as far from float32 as bfloat16 is, or rel-L2 <= 0.004: ", StringComparison.Ordinal));
        Fields("next_token", "tolerance").Should().HaveCount(10).And.OnlyContain(limit => limit.Contains(", exact: "));
    }

    [Theory(DisplayName = "explain names goldens that are there, with the shape that they have:")]
    [MemberData(nameof(Ids))]
    public void Goldens(string id)
    {
        if (Aliases.Find(id).dtype is null) { return; }
        var goldens = MicroModel.Micro.Article.Results(ScalarType.Float32);
        var keys = Fields(id, "golden").Where(golden => !golden.Contains(" in the case ")).Select(golden => golden.Split(' ')[0]).ToList();
        var shapes = Fields(id, "shape").Select(shape => Sizes().Match(shape).Value).ToList();
        var told = keys.SelectMany(key => key.Contains("{n}") ? Enumerable.Range(0, 3).Select(n => key.Replace("{n}", $"{n}")) : [key]);
        goldens.Keys.Where(key => key == id || key.EndsWith($".{id}", StringComparison.Ordinal)).Should().BeEquivalentTo(told);
        shapes[0].Should().Be($"[{string.Join(", ", goldens[id].tensor.shape)}]");
        if (shapes.Count > 1) { shapes[1].Should().Be($"[{string.Join(", ", goldens[$"layers.0.{id}"].tensor.shape)}]"); }
    }

    [Theory(DisplayName = "explain fits 80 columns, and loses no word there:")]
    [MemberData(nameof(Ids))]
    public void In_80_columns(string id)
    {
        var narrow = Page.Lines(80, console => new ExplainPage(console, Aliases.Find(id)).Show());
        narrow.Should().OnlyContain(line => line.Length <= 80);
        narrow.Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Should().OnlyContain(line => line.StartsWith(new string(' ', 13)));
        Words(narrow).Should().Equal(Words(Explained(id)));
    }

    [Theory(DisplayName = "explain, bad arguments:")]
    [InlineData("did you mean feedforward or feed_forward_up or feed_forward_gate?", "feed_forwrd_gat")]
    [InlineData("numbered 1 to 49", "50")]
    [InlineData("there is no step 'xyz'; steps are numbered 1 to 49", "xyz")]
    [InlineData("there is no step '?[2J'; ", "\u001b[2J")]
    [InlineData("Required argument 'WORD' missing for command: 'explain'")]
    public void Bad_arguments(string expected, params string[] arguments)
    {
        var run = Cli.Run(["explain", .. arguments]);
        run.ExitCode.Should().Be(2);
        run.Error.TrimEnd('\n').Should().StartWith("llama3verify: ").And.Contain(expected).And.NotContain("\n");
    }

    private static string[] Explained(string id) =>
        Explanations.GetOrAdd(id, _ => Page.Lines(Unwrapped, console => new ExplainPage(console, Aliases.Find(id)).Show()));

    private static List<string> Fields(string id, string name) =>
        [.. Explained(id).Where(line => line.StartsWith($"   {name,-9} ", StringComparison.Ordinal)).Select(line => line[13..])];

    private static IEnumerable<string> Words(IEnumerable<string> lines) =>
        lines.SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"(?<=: )\[[\d, ]*\]")]
    private static partial Regex Sizes();
}
