using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Llama3.Verify.Tests.Shell;

/// <summary>A run of the tool that is sent signals.</summary>
internal static class RunningTool
{
    public const int SigInt = 2, SigBus = 7, SigKill = 9, SigTerm = 15;

    /// <summary>Starts it. Skips the test where no signal can be sent.</summary>
    public static Process Start(params string[] arguments)
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
    public static (int ExitCode, string Error) IsEnded(Process tool, int signal)
    {
        kill(tool.Id, signal).Should().Be(0);
        return HasEnded(tool, $"signal {signal}");
    }

    /// <summary>The exit code of what ends by itself, and what was printed to standard error.</summary>
    public static (int ExitCode, string Error) HasEnded(Process tool, string what)
    {
        var ended = tool.WaitForExit(Patience.Limit);
        if (!ended) { tool.Kill(); }
        ended.Should().BeTrue($"{what} ends it, not only in {Patience.Limit}");
        return (tool.ExitCode, tool.StandardError.ReadToEnd());
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}
