using System.Diagnostics;
using System.Text;

namespace Llama3.Verify.Tests;

/// <summary>A run of the tool that is given standard input.</summary>
internal sealed class PipedCli : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Process _process;
    private readonly Task<string> _error;

    /// <summary>Starts the tool.</summary>
    public PipedCli(params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Cli.Tool, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        })!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Writes a line and waits for the tool's answer.</summary>
    public string? Ask(string line)
    {
        _process.StandardInput.BaseStream.Write(Utf8.GetBytes(line + "\n"));
        _process.StandardInput.BaseStream.Flush();
        return Patience.WaitFor(_process.StandardOutput.ReadLineAsync(), $"the answer to {line}").Result;
    }

    /// <summary>Ends the input; what is left is the result.</summary>
    public CliResult End() => End(_process.StandardOutput.ReadToEndAsync());

    public void Dispose() => _process.Dispose();

    private CliResult End(Task<string> output)
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        return new CliResult(_process.ExitCode, output.Result, _error.Result);
    }
}
