using System.Diagnostics;

namespace Llama3.Verify.Tests;

/// <summary>What a run of the tool returned and printed.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>Runs the tool as a user does: as a process of its own.</summary>
internal static class Cli
{
    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "llama3verify.dll");

    public static CliResult Run(params string[] arguments) => RunProgram("dotnet", [Tool, .. arguments], []);

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
        return new CliResult(process.ExitCode, output.ReplaceLineEndings("\n"), error.Result.ReplaceLineEndings("\n"));
    }
}
