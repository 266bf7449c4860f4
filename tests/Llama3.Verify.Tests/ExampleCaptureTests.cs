namespace Llama3.Verify.Tests;

/// <summary>The captures in examples/capture: their own tests pass, and the check agrees with what they dump.</summary>
public sealed class ExampleCaptureTests(ExampleCaptureTests.Dumps dumps) : IClassFixture<ExampleCaptureTests.Dumps>
{
    [SkippableTheory(DisplayName = "the capture to copy: its own tests pass:")]
    [InlineData("test_transformers_dump.py")]
    [InlineData("test_pytorch_dump.py")]
    [InlineData("test_python_dump.py", "numpy")]
    public void Own_tests(string script, string needs = "torch") => Run(needs, script).Error.TrimEnd().Should().MatchRegex(@"\nOK( \(skipped=\d+\))?$");

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

    [SkippableFact(DisplayName = "the capture to copy: of a model with Meta's modules, hooks dump what is understood and agrees")]
    public void Agrees_with_the_goldens()
    {
        LongTests.SkipUnlessAskedFor();
        var folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;
        try
        {
            var (checkpoint, dump) = (Path.Combine(folder, "checkpoint"), Path.Combine(folder, "dump.safetensors"));
            Cli.Run("copy", checkpoint).ExitCode.Should().Be(0);
            Run("torch", "test_pytorch_dump.py", checkpoint, dump);
            var check = Cli.Run("check", dump, "--complete");
            (check.ExitCode, check.Error).Should().Be((0, ""));
            check.Output.Should().Contain("names of Meta's modules").And.NotContain("not known")
                .And.EndWith("19 of 42 steps, 3 finer points and 2 of the cache dumped; 24 ok. 9 passes after the prompt, 9 agree.\n");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CliResult Run(string needs, string script, params string[] arguments)
    {
        LongTests.SkipUnlessAskedFor();
        var run = Cli.RunProgram(Programs.Python(needs), ["-B", Path.Combine(Repository.Root, "examples", "capture", script), .. arguments], []);
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
            if (!File.Exists(Path.Combine(_folder, "config.json"))) { Run("torch", "test_transformers_dump.py", _folder); }
            return _folder;
        }
    }
}
