using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using Llama3.Verify.Shell;

namespace Llama3.Verify.Tests;

/// <summary>What a run of the tool returned and printed.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>Runs the tool.</summary>
internal static class Cli
{
    /// <summary>What "dotnet" runs.</summary>
    public static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "llama3verify.dll");
    private static readonly MethodInfo Main = typeof(ExitCode).Assembly.EntryPoint!;
    private static readonly Lock OneAtATime = new();

    /// <summary>Runs it inside the tests, which takes a tenth of the time.</summary>
    public static CliResult Run(params string[] arguments) => RunWith([], arguments);

    /// <summary>The same, with something on standard input.</summary>
    public static CliResult RunWith(byte[] input, params string[] arguments)
    {
        using var text = new StringWriter();
        using var error = new StringWriter();
        using var bytes = new MemoryStream();
        lock (OneAtATime)
        {
            var (standardOutput, standardError) = (Console.Out, Console.Error);
            Console.SetOut(text);
            Console.SetError(error);
            (StandardStreams.Input, StandardStreams.Output) = (() => new MemoryStream(input), () => bytes);
            try
            {
                var exitCode = (int)Main.Invoke(null, [arguments])!;
                return Result(exitCode, $"{text}{Encoding.UTF8.GetString(bytes.ToArray())}", $"{error}");
            }
            finally
            {
                Console.SetOut(standardOutput);
                Console.SetError(standardError);
            }
        }
    }

    /// <summary>What it says of a command. The help names the program that runs, which here is the tests' host.</summary>
    public static string Help(string command) =>
        Run(command, "--help").Output.Replace($"  {RootCommand.ExecutableName} ", "  llama3verify ", StringComparison.Ordinal);

    /// <summary>Runs it as a user does: as a process of its own.</summary>
    public static CliResult RunProcess(params string[] arguments) => RunProgram("dotnet", [Tool, .. arguments], []);

    /// <summary>The same, with environment variables.</summary>
    public static CliResult RunProcess(Dictionary<string, string> variables, params string[] arguments) =>
        RunProgram("dotnet", [Tool, .. arguments], variables);

    /// <summary>Runs any program.</summary>
    /// <param name="program">Its name, looked up as a shell does, or its path.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="variables">Environment variables to set.</param>
    /// <param name="folder">Where it runs; null for here.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static CliResult RunProgram(string program, IEnumerable<string> arguments, Dictionary<string, string> variables, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in variables) { start.Environment[name] = value; }
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Result(process.ExitCode, output, error.Result);
    }

    private static CliResult Result(int exitCode, string output, string error) =>
        new(exitCode, output.ReplaceLineEndings("\n"), error.ReplaceLineEndings("\n"));
}
