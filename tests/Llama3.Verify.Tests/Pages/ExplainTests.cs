using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Verify.Pages;

namespace Llama3.Verify.Tests.Pages;

/// <summary>What "explain" tells.</summary>
public sealed partial class ExplainTests
{
    private const int Unwrapped = 10_000;

    public static TheoryData<string> Ids => new(Aliases.Dumpable.Select(step => step.id));

    [Fact(DisplayName = "explain, as text; plain and unwrapped when piped")]
    public Task As_text() => Snapshot.Verify(Cli.Run("explain", "prompt_split_as_tokens").Output);

    [Fact(DisplayName = "explain takes a number too")]
    public void By_number() => Cli.Run("explain", "12").Output.Should().Be(Cli.Run("explain", "freqs_cis").Output);

    [Theory(DisplayName = "explain sends who asks for a known mistake to the step:")]
    [InlineData("no_scale", "explain qk_per_token ")]
    [InlineData("cache_pos_plus1", "explain positions ")]
    public void Known_mistakes(string name, string advice)
    {
        var result = Cli.Run("explain", name);
        result.ExitCode.Should().Be(2);
        result.Error.Should().Contain($"'{name}' is a known mistake, not a step: ").And.Contain(advice);
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
        var mistakes = KnownMistakes.All.Where(mistake => mistake.Wrong.ContainsKey(Aliases.Find(id))).ToList();
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
        Fields("next_token", "tolerance").Should().HaveCount(8).And.OnlyContain(limit => limit.Contains(", exact: "));
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
    [InlineData("did you mean feed_forward_gate or", "feed_forward_gat")]
    [InlineData("did you mean q_per_token or", "q_per_tokn")]
    [InlineData("numbered 1 to 49", "50")]
    [InlineData("did you mean q_per_token_split_into_pairs or zero_to_one_split_into_64_parts or freqs?", "RoPE")]
    [InlineData("did you mean feed_forward_gate or feed_forward_gate_activated or feed_forward_up?", "feed forward")]
    [InlineData("did you mean next_token?", "most likely")]
    [InlineData("there is no step 'xyz'; steps are numbered 1 to 49", "xyz")]
    [InlineData("there is no step '?[2J'; ", "\u001b[2J")]
    [InlineData("Required argument missing")]
    public void Bad_arguments(string expected, params string[] arguments)
    {
        var run = Cli.Run(["explain", .. arguments]);
        run.ExitCode.Should().Be(2);
        run.Error.TrimEnd('\n').Should().StartWith("llama3verify: ").And.Contain(expected).And.NotContain("\n");
    }

    private static string[] Explained(string id) => Page.Lines(Unwrapped, console => new ExplainPage(console, Aliases.Find(id)).Show());

    private static List<string> Fields(string id, string name) =>
        [.. Explained(id).Where(line => line.StartsWith($"   {name,-9} ", StringComparison.Ordinal)).Select(line => line[13..])];

    private static IEnumerable<string> Words(IEnumerable<string> lines) =>
        lines.SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"(?<=: )\[[\d, ]*\]")]
    private static partial Regex Sizes();
}
