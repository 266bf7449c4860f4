using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Llama3.Verify.Tests.Shell;

/// <summary>Ctrl-C and SIGTERM. What they interrupt would go on for hours, so that nothing here depends on how fast the machine is.</summary>
public sealed class InterruptionTests
{
    private const int SigInt = 2, SigTerm = 15;

    [SkippableFact(DisplayName = "Ctrl-C ends a long computation, with exit code 130 and no word of it")]
    public void A_computation()
    {
        using var tool = Start("generate", "--prompt", "the", "--temperature", "1e9", "--seed", "3", "--max-seq-len", "1000000", "--max-tokens", "1000000");
        tool.StandardOutput.Read().Should().BePositive("that is the first letter of a million tokens");
        IsEnded(tool, SigInt).Should().Be((130, ""), "it would end with \"1000000 tokens\"");
    }

    [SkippableTheory(DisplayName = "Ctrl-C and SIGTERM end a wait for input:")]
    [InlineData(SigInt, 130)]
    [InlineData(SigTerm, 143)]
    public void A_read(int signal, int exitCode)
    {
        using var tool = Start("decode", "--jsonl", "--tokenizer", Path.Combine(Repository.Root, "fixtures/micro/tokenizer.model"));
        tool.StandardInput.WriteLine("[1820]");
        tool.StandardOutput.ReadLine().Should().Be("\"the\"", "then it waits for a second line, which never comes");
        IsEnded(tool, signal).Should().Be((exitCode, ""));
    }

    private static Process Start(params string[] arguments)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals");
        Skip.If(IsIgnored(SigInt), "Ctrl-C is ignored here, as in a shell's background jobs, and a child of this process inherits that");
        return Process.Start(new ProcessStartInfo("dotnet", [Cli.Tool, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Whether this process ignores a signal. Only Linux says so.</summary>
    private static bool IsIgnored(int signal)
    {
        const string Status = "/proc/self/status", Ignored = "SigIgn:";
        var mask = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) : null;
        return mask is not null && (Convert.ToUInt64(mask[Ignored.Length..].Trim(), 16) >> (signal - 1) & 1) == 1;
    }

    /// <summary>The exit code after a signal, and what was printed to standard error.</summary>
    private static (int ExitCode, string Error) IsEnded(Process tool, int signal)
    {
        kill(tool.Id, signal).Should().Be(0);
        var ended = tool.WaitForExit(Patience.Limit);
        if (!ended) { tool.Kill(); }
        ended.Should().BeTrue($"signal {signal} ends it, not only in {Patience.Limit}");
        return (tool.ExitCode, tool.StandardError.ReadToEnd());
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}
