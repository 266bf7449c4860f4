namespace Llama3.Verify.Tests;

/// <summary>Runs the ports in examples/ports as their README says, each on one copy of the checkpoint.</summary>
public sealed class ExamplePorts : IDisposable
{
    private static readonly string Sources = Path.Combine(Repository.Root, "examples", "ports");

    private readonly string _folder = Directory.CreateTempSubdirectory("llama3verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs a port; returns its dump, and what it printed. Skips the test if it takes too long, or the language's tools are missing.</summary>
    public (string Dump, string Printed) Run(string language, string mistake, string model = "micro")
    {
        LongTests.SkipUnlessAskedFor();
        return language switch
        {
            "python" => Run(model, "npz", $"python-{model}-{mistake}", mistake, Programs.Python("numpy"), Path.Combine(Sources, "python", "llama3.py")),
            "javascript" => Run(model, "safetensors", $"{mistake}.safetensors", mistake, Node(), Path.Combine(Sources, "javascript", "llama3.mjs")),
            _ => Run(model, "llama2c", $"c-{mistake}", mistake, Compiled()),
        };
    }

    private (string Dump, string Printed) Run(string model, string format, string dump, string mistake, string program, params string[] source)
    {
        var (checkpoint, dumped) = (Path.Combine(_folder, $"{model}-{format}"), Path.Combine(_folder, dump));
        if (!Directory.Exists(checkpoint)) { Succeed(Cli.Run("copy", checkpoint, "--format", format, "--model", model)); }
        var run = Cli.RunProgram(program, [.. source, checkpoint, dumped], new() { ["LLAMA3_BREAK"] = mistake });
        return (dumped, Succeed(run).Output);
    }

    private static string Node() => Programs.Find("Node", ["--version"], "node");

    private string Compiled()
    {
        Skip.If(OperatingSystem.IsWindows(), "the C port needs mmap");
        var program = Path.Combine(_folder, "llama3");
        if (!File.Exists(program))
        {
            var gcc = Programs.Find("gcc", ["--version"], "gcc");
            Succeed(Cli.RunProgram(gcc, ["-O2", "-o", program, Path.Combine(Sources, "c", "llama3.c"), "-lm"], []));
        }
        return program;
    }

    private static CliResult Succeed(CliResult run)
    {
        (run.ExitCode, run.Error).Should().Be((0, ""));
        return run;
    }
}
