using System.Diagnostics;

namespace Llama3.Verify.Tests.Shell;

/// <summary>Ctrl-C.</summary>
public sealed class InterruptionTests
{
    [SkippableTheory(DisplayName = "Ctrl-C ends a long walk at once, with exit code 130 and no word of it:")]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_long_walk(string signal, int exitCode)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals");
        var tool = Path.Combine(AppContext.BaseDirectory, "llama3verify.dll");
        var start = new ProcessStartInfo("dotnet", [tool, "--prompt", string.Concat(Enumerable.Repeat("42 ", 1000))])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var walk = Process.Start(start)!;
        var error = walk.StandardError.ReadToEndAsync();
        (await walk.StandardOutput.ReadLineAsync()).Should().StartWith("\"42 42 ", "that is the first line, after which the walk goes on for seconds");
        var watch = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", [$"-{signal}", $"{walk.Id}"])) { await kill.WaitForExitAsync(); }
        var rest = await walk.StandardOutput.ReadToEndAsync();
        await walk.WaitForExitAsync();
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(2), "half a second is what it may take on a machine that has nothing else to do");
        (walk.ExitCode, await error).Should().Be((exitCode, ""));
        rest.Should().NotContain("next token");
    }
}
