using Llama3.Verify.Experiments;

namespace Llama3.Verify.Tests.Experiments;

/// <summary>docs/experiments.md shows what the experiments print and draw.</summary>
public sealed class ExperimentTests
{
    private const string Page = "docs/experiments.md";

    public static TheoryData<string> Names => [.. Experiment.All.Select(experiment => experiment.Name)];

    public static TheoryData<string> Pictures => ["no-mask", "rope-theta", "precision"];

    [SkippableTheory(DisplayName = "docs: what an experiment prints:"), MemberData(nameof(Names))]
    public void Printed(string name)
    {
        SkipUnlessManaged();
        var run = Cli.Run("experiment", name);
        (run.ExitCode, run.Error).Should().Be((0, ""));
        Readme.ShouldHold(name, $"```\n{run.Output.TrimEnd('\n')}\n```", Page);
    }

    [SkippableTheory(DisplayName = "docs: what an experiment draws:"), MemberData(nameof(Pictures))]
    public void Drawn(string name)
    {
        SkipUnlessManaged();
        var picture = Path.Combine(Repository.Root, "docs", "images", $"{name}.svg");
        var file = Path.Combine(Directory.CreateTempSubdirectory("llama3verify-").FullName, "picture.svg");
        try
        {
            Cli.Run("experiment", name, "--svg", file).ExitCode.Should().Be(0);
            if (Environment.GetEnvironmentVariable(Readme.RewriteVariable) == "1") { File.Copy(file, picture, overwrite: true); }
            File.ReadAllText(file).Should().Be(File.ReadAllText(picture).ReplaceLineEndings("\n"));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact(DisplayName = "experiment, without a name, lists them all, and each has a chapter")]
    public void Listed()
    {
        var lines = Cli.Run("experiment").Output.TrimEnd('\n').Split('\n');
        lines.Select(line => line.Split(' ')[0]).Should().Equal(Experiment.All.Select(experiment => experiment.Name));
        Readme.Text(Page).Split("\n## ")[1..].Select(chapter => chapter.Split('\n')[0]).Should().Equal(Experiment.All.Select(experiment => experiment.Name));
    }

    [Fact(DisplayName = "experiment --help")]
    public Task Help() => Snapshot.Verify(Cli.Help("experiment"));

    [Theory(DisplayName = "experiment: what is counted for Llama 3 8B, by hand:")]
    [InlineData("no-gqa", "cache of a token, bf16                    128.00 KiB    512.00 KiB   75.0 %")]
    [InlineData("no-gqa", "multiplications for keys and values     0.27 billion  1.07 billion   75.0 %")]
    [InlineData("no-gqa", "parameters                              8.03 billion")]
    [InlineData("no-gqa", "parameters                              70.55 billion")]
    public void Counted(string name, string expected) => Cli.Run("experiment", name).Output.Should().Contain(expected);

    [Fact(DisplayName = "experiment: the matrices of a layer of Llama 3 8B, by hand")]
    public void Layer_work()
    {
        const long Attention = (4096 * 4096 * 2) + (1024 * 4096 * 2), FeedForward = 3 * 4096 * 14336;
        Models.LayerWork(Models.Llama3_8B.Params).Should().Be(32 * (Attention + FeedForward));
        Models.AttentionWork(Models.Llama3_8B.Params, 10).Should().Be(32 * 2 * 4096 * 10);
    }

    [Fact(DisplayName = "experiment: the heatmaps of a prompt with line breaks and brackets are XML")]
    public void Xml()
    {
        var file = Path.GetTempFileName();
        try
        {
            Cli.Run("experiment", "no-mask", "--prompt", "a <b> & \"c\"\n\u0001 d", "--svg", file).ExitCode.Should().Be(0);
            System.Xml.Linq.XDocument.Load(file).Root!.Elements().Should().HaveCountGreaterThan(100);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory(DisplayName = "experiment: bad arguments:")]
    [InlineData("there is no experiment 'no-masks'; there are top-k, every-position, no-mask", "no-masks")]
    [InlineData("top-k draws nothing", "top-k", "--svg", "x.svg")]
    [InlineData("cannot be written", "rope-theta", "--svg", "does-not-exist/x.svg")]
    [InlineData("--svg is empty: expected the name of a file", "rope-theta", "--svg", "")]
    [InlineData("the prompt is empty", "relu", "--prompt", "")]
    [InlineData("there is no folder", "relu", "--checkpoint", "does-not-exist")]
    public void Bad_arguments(string expected, params string[] arguments)
    {
        var run = Cli.Run(["experiment", .. arguments]);
        (run.ExitCode, run.Output).Should().Be((2, ""));
        run.Error.TrimEnd('\n').Should().StartWith("llama3verify: ").And.Contain(expected).And.NotContain("\n");
    }

    [Fact(DisplayName = "experiment: a long prompt is too large for heatmaps")]
    public void A_long_prompt()
    {
        var run = Cli.Run("experiment", "no-mask", "--svg", "x.svg", "--prompt", string.Concat(Enumerable.Repeat("1 ", 40)));
        (run.ExitCode, run.Output, run.Error.Contains("too many for a picture", StringComparison.Ordinal)).Should().Be((2, "", true));
    }

    private static void SkipUnlessManaged() =>
        Skip.If(Engine.Tensors != "Managed", "docs/experiments.md shows the output of the default engine; others round differently");
}
