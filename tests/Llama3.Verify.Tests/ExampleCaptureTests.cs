namespace Llama3.Verify.Tests;

/// <summary>The capture in examples/capture: its own tests pass, and the check agrees with what it dumps of a random model.</summary>
public sealed class ExampleCaptureTests(ExampleCaptureTests.Dumps dumps) : IClassFixture<ExampleCaptureTests.Dumps>
{
    private static readonly string Script = Path.Combine(Repository.Root, "examples", "capture", "test_transformers_dump.py");

    [SkippableFact(DisplayName = "the capture to copy: its own tests pass")]
    public void Own_tests() => Run().Error.TrimEnd().Should().MatchRegex(@"\nOK( \(skipped=\d+\))?$");

    [SkippableTheory(DisplayName = "the capture to copy: all that it dumps is understood and agrees:")]
    [InlineData("chunks", "20 of 42 steps and 4 finer points dumped; 24 ok. 4 passes after the prompt, 4 agree.")]
    [InlineData("own_names", "18 of 42 steps and 4 finer points dumped; 22 ok. 2 passes after the prompt, 2 agree.")]
    [InlineData("batch_left", "20 of 42 steps, 4 finer points and 1 of the cache dumped; 25 ok. 2 prompts, 2 agree. 4 passes after them, 4 agree.")]
    [InlineData("batch_right", "20 of 42 steps, 4 finer points and 1 of the cache dumped; 25 ok. 2 prompts, 2 agree. 4 passes after them, 4 agree.")]
    [InlineData("runs", "20 of 42 steps and 4 finer points dumped; 24 ok. 3 prompts, 3 agree. 2 passes after them, 2 agree.")]
    public void Agrees(string dump, string coverage)
    {
        var folder = dumps.Folder();
        var check = Cli.Run("check", Path.Combine(folder, $"{dump}.safetensors"), "--checkpoint", folder, "--complete");
        (check.ExitCode, check.Error).Should().Be((0, ""));
        check.Output.Should().EndWith($"{coverage}\n").And.NotContain("not known");
    }

    private static CliResult Run(params string[] arguments)
    {
        LongTests.SkipUnlessAskedFor();
        var run = Cli.RunProgram(Programs.Python("torch"), ["-B", Script, .. arguments], []);
        run.ExitCode.Should().Be(0, run.Error);
        return run;
    }

    /// <summary>A random checkpoint and dumps of it, as the script writes them.</summary>
    public sealed class Dumps : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;

        public void Dispose() => Directory.Delete(_folder, recursive: true);

        /// <summary>The folder of both; made for the first test that asks.</summary>
        public string Folder()
        {
            if (!File.Exists(Path.Combine(_folder, "config.json"))) { Run(_folder); }
            return _folder;
        }
    }
}
