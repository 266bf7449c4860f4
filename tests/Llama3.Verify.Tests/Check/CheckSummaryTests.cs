namespace Llama3.Verify.Tests.Check;

/// <summary>llama3verify check --github: the summary that GitHub Actions shows of a job.</summary>
public sealed class CheckSummaryTests(CheckSummaryTests.Dumps dumps) : IClassFixture<CheckSummaryTests.Dumps>
{
    [Fact(DisplayName = "check --github: appends the verdict and a row for each fault to $GITHUB_STEP_SUMMARY")]
    public void Wrong()
    {
        var (check, summary) = Run(dumps.Wrong.Path, before: "# Tests\n");
        check.ExitCode.Should().Be(1);
        var lines = summary.Split('\n');
        lines[..4].Should().Equal("# Tests", "## llama3verify check: fails", "", "17 of 42 steps dumped; 2 wrong here, 13 inherited, 2 ok. First fault: step 16, q_per_token_rotated, in layer 0.");
        lines[4..7].Should().Equal("", "| step | verdict | |", "| --- | --- | --- |");
        lines[7].Should().StartWith("| 16 q_per_token_rotated | wrong here | inputs agree; worst at \\[head ").And.Contain("<br>looks like rope_half_split: ").And.EndWith(" |");
        lines[8..].Should().HaveCount(2).And.EndWith("", "every row ends with a line break");
    }

    [Fact(DisplayName = "check --github: a port that passes has no table; a dump that cannot be used is said; without the variable nothing is written")]
    public void Others()
    {
        Run(dumps.Right.Path).Summary.Should().Be("## llama3verify check: passes\n\n17 of 42 steps dumped; 17 ok.\n");
        Run("does|not-exist").Summary.Should().StartWith("## llama3verify check: the dump cannot be used\n\nthere is no file or folder \"does\\|not-exist\"");
        Cli.RunProcess(new Dictionary<string, string> { ["GITHUB_STEP_SUMMARY"] = "" }, "check", dumps.Right.Path, "--github").ExitCode.Should().Be(0);
    }

    [Fact(DisplayName = "check --github: a summary that cannot be written is an error, said once")]
    public void Cannot_be_written()
    {
        var page = dumps.Right.Beside("page.html");
        var check = Cli.RunProcess(new Dictionary<string, string> { ["GITHUB_STEP_SUMMARY"] = "/does/not/exist.md" }, "check", dumps.Right.Path, "--github", "--json", "--html", page);
        check.ExitCode.Should().Be(2);
        File.ReadAllText(page).Should().Contain("GITHUB_STEP_SUMMARY", "it says what went wrong, in place of the verdict that was there before");
        check.Error.Split('\n').Should().ContainSingle(line => line.StartsWith("llama3verify: $GITHUB_STEP_SUMMARY \"/does/not/exist.md\" cannot be written: ", StringComparison.Ordinal));
    }

    private (CliResult Check, string Summary) Run(string dump, string before = "")
    {
        var file = dumps.Right.Beside($"{Guid.NewGuid()}.md");
        File.WriteAllText(file, before);
        var check = Cli.RunProcess(new Dictionary<string, string> { ["GITHUB_STEP_SUMMARY"] = file }, "check", dump, "--github");
        return (check, File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    /// <summary>A right port and a wrong one.</summary>
    public sealed class Dumps : IDisposable
    {
        internal PortDumpFile Right { get; } = new();

        internal PortDumpFile Wrong { get; } = new("rope_half_split");

        public void Dispose()
        {
            Right.Dispose();
            Wrong.Dispose();
        }
    }
}
