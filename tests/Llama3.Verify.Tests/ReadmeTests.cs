using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Tests;

/// <summary>README.md and docs show the real steps, the real catalogue and the real output.</summary>
public sealed class ReadmeTests
{
    [SkippableFact(DisplayName = "README: the walk, its beginning and its end")]
    public void The_walk()
    {
        SkipUnlessManaged();
        var walk = Cli.Run().Output.TrimEnd('\n').Split("\n\n");
        string[] shown = [.. walk[..2], "…", walk[^3], Shortened(walk[^2], lines: 2), walk[^1]];
        Readme.ShouldHold("walk", Fenced(string.Join("\n\n", shown)));
    }

    [Fact(DisplayName = "README: the table of steps")]
    public void The_table_of_steps() => Readme.ShouldHold("steps", string.Join('\n', ArticleSteps.all.Select(Row)
        .Prepend("| --- | --- | --- | --- | --- |")
        .Prepend("| no. | id | what happens | shape | function |")));

    [SkippableTheory(DisplayName = "README and docs: break a step,")]
    [InlineData("no_scale", "qk_per_token", Readme.Top)]
    [InlineData("rope_half_split", "q_per_token_split_into_pairs", Readme.Mistakes)]
    public void Break_a_step(string name, string id, string page)
    {
        SkipUnlessManaged();
        var mistake = KnownMistakes.All.Single(mistake => mistake.Name == name);
        var report = new GoldenCheck(MicroModel.Micro, mistake.Wrong).Check(ArticleSteps.all[id]).ToString();
        Readme.ShouldHold($"break {name}", Fenced(report), page);
    }

    [SkippableFact(DisplayName = "README and docs: check a port")]
    public void Check_a_port()
    {
        SkipUnlessManaged();
        using var dump = new PortDumpFile("rope_half_split");
        var output = Check(dump);
        Readme.ShouldHold("check", Fenced(Excerpt(output, step: 16)), Readme.Top);
        Readme.ShouldHold("check", Fenced(output), Readme.Check);
    }

    [SkippableFact(DisplayName = "docs: how the check decides, on a port with two mistakes")]
    public void How_the_check_decides()
    {
        SkipUnlessManaged();
        using var dump = new PortDumpFile("rope_theta_1e4", also: "no_scale");
        Readme.ShouldHold("two mistakes", Fenced(Check(dump)), Readme.HowCheckDecides);
        var results = Check(dump, "--verbose").Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("layers.1.", StringComparison.Ordinal));
        Readme.ShouldHold("two mistakes, layer 1", Fenced(string.Join('\n', results)), Readme.HowCheckDecides);
    }

    [Fact(DisplayName = "docs: what explain lists for a word")]
    public void What_fits_a_word() => Readme.ShouldHold(
        "explain residual", Fenced($"$ llama3verify explain residual\n{Cli.Run("explain", "residual").Output.TrimEnd('\n')}"), Readme.Commands);

    [Fact(DisplayName = "docs: the known mistakes")]
    public void The_known_mistakes() => Readme.ShouldHold("mistakes", Table(KnownMistakes.All), Readme.Mistakes);

    [Fact(DisplayName = "docs: the known mistakes with a cache")]
    public void The_known_mistakes_with_a_cache() =>
        Readme.ShouldHold("mistakes with a cache", Table(KnownMistakes.OfPasses.Except(KnownMistakes.All)), Readme.Mistakes);

    [Fact(DisplayName = "docs: the known mistakes in a batch, and after another run")]
    public void The_known_mistakes_of_state() => Readme.ShouldHold("mistakes of state", Table(StateMistakes.All), Readme.Mistakes);

    [Fact(DisplayName = "docs: the known mistakes in what some models have")]
    public void The_known_mistakes_of_some_models() => Readme.ShouldHold("mistakes of some models", Table(ModelMistakes.All), Readme.Mistakes);

    [Fact(DisplayName = "docs: the known mistakes with many tokens")]
    public void The_known_mistakes_with_many_tokens() => Readme.ShouldHold("mistakes with many tokens", Table(TableMistakes.All.Concat(GrowthMistakes.All)), Readme.Mistakes);

    [Fact(DisplayName = "docs: the known mistakes in numbers of fewer bits")]
    public void The_known_mistakes_in_fewer_bits() => Readme.ShouldHold("mistakes in fewer bits", Table(CacheNumberMistakes.All.Concat(OverflowMistakes.All)), Readme.Mistakes);

    [Fact(DisplayName = "docs: check a port in C#")]
    public void Check_a_port_in_csharp()
    {
        var tests = File.ReadAllText(Path.Combine(Repository.Root, "tests/Llama3.Assertions.Tests/LlamaTests.cs")).ReplaceLineEndings("\n");
        Readme.ShouldHold("port", $"```csharp\n{tests}```", Readme.CsharpPorts);
    }

    private static void SkipUnlessManaged() =>
        Skip.If(Engine.Tensors != "Managed", "the pages show the output of the default engine; others round differently");

    private static string Check(PortDumpFile dump, params string[] options) => Cli.Run(["check", dump.Path, .. options]).Output
        .TrimEnd('\n').Replace(dump.Path, "my-dump.safetensors", StringComparison.Ordinal);

    /// <summary>The head, what is said of one step, and the sum.</summary>
    private static string Excerpt(string check, int step)
    {
        var lines = check.Split('\n');
        var start = Array.FindIndex(lines, line => line.StartsWith($"{step,2} ", StringComparison.Ordinal));
        var length = 1 + lines[(start + 1)..].TakeWhile(line => line.StartsWith("   ", StringComparison.Ordinal)).Count();
        return string.Join('\n', [.. lines[..3], "…", .. lines[start..(start + length)], "…", lines[^1]]);
    }

    private static string Shortened(string block, int lines) => string.Join('\n', [.. block.Split('\n').Take(lines), "     …"]);

    private static string Row(ArticleStep step) =>
        $"| {step.number} | `{step.id}` | {step.title} | {step.shape} | [`{string.Join("`, `", step.functions)}`]({step.file}) |";

    private static string Table(IEnumerable<KnownMistake> mistakes) => string.Join('\n', mistakes.Select(Row)
        .Prepend("| --- | --- | --- | --- | --- |")
        .Prepend("| name | what goes wrong | shows at | how to fix it | threads |"));

    private static string Row(KnownMistake mistake)
    {
        var threads = mistake.Threads.Zip(mistake.Urls, (thread, url) => $"[{thread}]({url})");
        return $"| `{mistake.Name}` | {Cell(mistake.Mistake)} | {string.Join(", ", mistake.Wrong.Keys.Select(step => $"`{step.id}`"))} "
            + $"| {Cell(mistake.Fix)} | {string.Join(", ", threads)} |";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Fenced(string text) => $"```\n{text}\n```";
}
