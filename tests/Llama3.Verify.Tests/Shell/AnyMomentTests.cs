using System.Diagnostics;
using static Llama3.Verify.Tests.Shell.RunningTool;

namespace Llama3.Verify.Tests.Shell;

/// <summary>Runs that write files, ended at moments that are spread over them.</summary>
public sealed class AnyMomentTests : IDisposable
{
    private const string Out = "OUT";

    private readonly TemporaryFolder _folder = new();

    private string Place => _folder["out"];

    public void Dispose() => _folder.Dispose();

    [SkippableTheory(DisplayName = "ended at any moment, it leaves no file, or all of them and whole; and the next run does its work:")]
    [InlineData("copy", Out)]
    [InlineData("copy", Out, "--format", "hf")]
    [InlineData("course", Out)]
    [InlineData("check", "GOLDENS", "--html", Out + "/report.html")]
    [InlineData("experiment", "rope-theta", "--svg", Out + "/picture.svg")]
    public void Ended(params string[] arguments)
    {
        LongTests.SkipUnlessAskedFor();
        using var dump = new PortDumpFile();
        arguments = [.. arguments.Select(argument => argument.Replace(Out, Place, StringComparison.Ordinal).Replace("GOLDENS", dump.Path, StringComparison.Ordinal))];
        var (whole, duration) = Whole(arguments);
        var rounds = LongTests.All ? 20 : 1;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var signal in new[] { SigInt, SigTerm, SigKill }) { End(arguments, signal, (round + 0.7) / rounds * duration, whole); }
        }
    }

    /// <summary>What a run that nobody ends writes, and how long it takes.</summary>
    private (Dictionary<string, string> Files, TimeSpan Duration) Whole(string[] arguments)
    {
        Empty();
        var clock = Stopwatch.StartNew();
        using var tool = Start(arguments);
        _ = tool.StandardOutput.ReadToEndAsync();
        HasEnded(tool, "its work").Should().Be((0, ""));
        var files = Files();
        files.Should().NotBeEmpty();
        return (files, clock.Elapsed);
    }

    private void End(string[] arguments, int signal, TimeSpan after, Dictionary<string, string> whole)
    {
        Empty();
        using (var tool = Start(arguments))
        {
            _ = tool.StandardOutput.ReadToEndAsync();
            Thread.Sleep(after);
            var exitCode = tool.HasExited ? 0 : IsEnded(tool, signal).ExitCode;
            exitCode.Should().BeOneOf(0, 128 + signal);
            if (signal != SigKill)
            {
                var left = Files();
                left.Should().Match(found => found.Count == 0 || Same(found, whole), $"{after} after its begin came signal {signal}: {string.Join(", ", left.Keys)}");
                return;
            }
        }
        Again(arguments, whole);
    }

    /// <summary>A run that is killed at once may leave anything: the next one must not care.</summary>
    private void Again(string[] arguments, Dictionary<string, string> whole)
    {
        Cli.RunProcess([.. arguments, .. arguments[0] is "copy" or "course" ? ["--force"] : Array.Empty<string>()]).Should().Match<CliResult>(run => run.ExitCode == 0 && run.Error == "");
        Same(Files().Where(file => !IsUnfinished(file.Key)).ToDictionary(), whole).Should().BeTrue();
    }

    private static bool IsUnfinished(string file) => file.EndsWith(".part", StringComparison.Ordinal) || file.EndsWith(".llama3verify.lock", StringComparison.Ordinal);

    private static bool Same(IEnumerable<KeyValuePair<string, string>> one, Dictionary<string, string> other) =>
        one.OrderBy(file => file.Key, StringComparer.Ordinal).SequenceEqual(other.OrderBy(file => file.Key, StringComparer.Ordinal));

    private void Empty()
    {
        if (Directory.Exists(Place)) { Directory.Delete(Place, recursive: true); }
        Directory.CreateDirectory(Place);
    }

    /// <summary>The content of each, as a hash.</summary>
    private Dictionary<string, string> Files() => Directory.GetFiles(Place, "*", SearchOption.AllDirectories)
        .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
}
