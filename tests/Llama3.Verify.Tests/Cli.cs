using System.Diagnostics;
using System.Reflection;

namespace Llama3.Verify.Tests;

/// <summary>What a run of the tool returned and printed.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>Runs the tool.</summary>
internal static class Cli
{
    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "llama3verify.dll");
    private static readonly MethodInfo Main = Assembly.LoadFrom(Tool).EntryPoint!;
    private static readonly Lock OneAtATime = new();

    /// <summary>Runs it inside the tests, which takes a tenth of the time.</summary>
    public static CliResult Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        lock (OneAtATime)
        {
            var (standardOutput, standardError) = (Console.Out, Console.Error);
            Console.SetOut(output);
            Console.SetError(error);
            try { return Result((int)Main.Invoke(null, [arguments])!, $"{output}", $"{error}"); }
            finally
            {
                Console.SetOut(standardOutput);
                Console.SetError(standardError);
            }
        }
    }

    /// <summary>Runs it as a user does: as a process of its own.</summary>
    public static CliResult RunProcess(params string[] arguments) => RunProgram("dotnet", [Tool, .. arguments], []);

    /// <summary>Runs the tool with environment variables.</summary>
    public static CliResult Run(Dictionary<string, string> variables, params string[] arguments) =>
        RunProgram("dotnet", [Tool, .. arguments], variables);

    /// <summary>Runs any program.</summary>
    /// <param name="program">Its name, looked up as a shell does, or its path.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="variables">Environment variables to set.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static CliResult RunProgram(string program, IEnumerable<string> arguments, Dictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            StandardErrorEncoding = System.Text.Encoding.UTF8,
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
