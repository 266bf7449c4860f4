using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Tests;

/// <summary>README.md and docs show the real steps, the real catalogue and the real output.</summary>
public sealed class ReadmeTests
{
    [SkippableFact(DisplayName = "README: the walk")]
    public void The_walk()
    {
        SkipUnlessManaged();
        var walk = Cli.Run().Output.TrimEnd('\n').Split("\n\n");
        string[] shown = [.. walk[..4], "…", walk[16], "…", .. walk[^3..]];
        Readme.ShouldHold("walk", Fenced(string.Join("\n\n", shown)));
    }

    [Fact(DisplayName = "README: the table of steps")]
    public void The_table_of_steps() => Readme.ShouldHold("steps", string.Join('\n', ArticleSteps.all.Select(Row)
        .Prepend("| --- | --- | --- | --- | --- |")
        .Prepend("| no. | id | shape | function | test |")));

    [SkippableTheory(DisplayName = "README: break a step,")]
    [InlineData("no_scale", "qk_per_token")]
    [InlineData("rope_half_split", "q_per_token_split_into_pairs")]
    public void Break_a_step(string name, string id)
    {
        SkipUnlessManaged();
        var mistake = KnownMistakes.All.Single(mistake => mistake.Name == name);
        var report = new GoldenCheck(MicroModel.Micro, mistake.Wrong).Check(ArticleSteps.all[id]);
        Readme.ShouldHold($"break {name}", Fenced(report.ToString()));
    }

    [SkippableFact(DisplayName = "README: check a port")]
    public void Check_a_port()
    {
        SkipUnlessManaged();
        using var dump = new PortDumpFile("rope_half_split");
        Readme.ShouldHold("check", Fenced(Cli.Run("check", dump.Path).Output.TrimEnd('\n').Replace(dump.Path, "my-dump.safetensors", StringComparison.Ordinal)));
    }

    [Fact(DisplayName = "docs: the known mistakes")]
    public void The_known_mistakes() => Readme.ShouldHold("mistakes", Table(KnownMistakes.All), Readme.Mistakes);

    [Fact(DisplayName = "docs: the known mistakes with a cache")]
    public void The_known_mistakes_with_a_cache() =>
        Readme.ShouldHold("mistakes with a cache", Table(KnownMistakes.OfPasses.Except(KnownMistakes.All)), Readme.Mistakes);

    [Fact(DisplayName = "README: check a port in C#")]
    public void Check_a_port_in_csharp()
    {
        var tests = File.ReadAllText(Path.Combine(Repository.Root, "tests/Llama3.Assertions.Tests/LlamaTests.cs")).ReplaceLineEndings("\n");
        Readme.ShouldHold("port", $"```csharp\n{tests}```");
    }

    private static void SkipUnlessManaged() =>
        Skip.If(Engine.Tensors != "Managed", "README.md shows the output of the default engine; others round differently");

    private static string Row(ArticleStep step) =>
        $"| {step.number} | `{step.id}` | {step.shape} | [`{string.Join("`, `", step.functions)}`]({step.file}) | {step} |";

    private static string Table(IEnumerable<KnownMistake> mistakes) => string.Join('\n', mistakes.Select(Row)
        .Prepend("| --- | --- | --- | --- | --- |")
        .Prepend("| name | what goes wrong | shows at | how to mend it | threads |"));

    private static string Row(KnownMistake mistake)
    {
        var threads = mistake.Threads.Zip(mistake.Urls, (thread, url) => $"[{thread}]({url})");
        return $"| `{mistake.Name}` | {Cell(mistake.Mistake)} | {string.Join(", ", mistake.Wrong.Keys.Select(step => $"`{step.id}`"))} "
            + $"| {Cell(mistake.Fix)} | {string.Join(", ", threads)} |";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Fenced(string text) => $"```\n{text}\n```";
}
