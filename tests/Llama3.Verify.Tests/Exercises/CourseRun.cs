using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Llama3.Verify.Tests.Exercises;

/// <summary>A run of the tests: what failed, what waits for a broken step, and what a learner sees of it.</summary>
/// <param name="Failed">The display names of the tests that failed.</param>
/// <param name="Waiting">How many tests wait until the broken steps are right.</param>
/// <param name="Lines">How many lines were printed.</param>
/// <param name="Time">How long it took, without the build.</param>
internal sealed partial record CourseRun(IReadOnlyList<string> Failed, int Waiting, int Lines, TimeSpan Time)
{
    /// <summary>What to test: everything.</summary>
    public const string Everything = ".";

    /// <summary>What to test: the course, and nothing else.</summary>
    public const string TheCourse = "tests/Llama3.Reference.Tests";

    /// <summary>Two screens.</summary>
    public const int MostLines = 120;

    /// <summary>The one test that fails wherever the answer is no longer 42.</summary>
    public const string Chain = "end to end: the chain, each step on the results of those before it, ends in 2983, \"42\"";

    /// <summary>How long a learner waits for the tests.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(15);

    /// <summary>Whether it took no longer than it may. Where others keep the processors busy, time says nothing.</summary>
    public bool IsInTime => Time < MostTime || Load() > 2 * Environment.ProcessorCount;

    /// <summary>Runs tests in a copy of the source that has been built, as a learner does; their names go to a file too.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="tests"><see cref="Everything"/> or <see cref="TheCourse"/>.</param>
    public static CourseRun Of(SourceCopy copy, string tests)
    {
        using var results = new TemporaryFolder();
        var watch = Stopwatch.StartNew();
        var run = copy.Dotnet("test", tests, "--no-build", "--logger", "console-course", "--logger", "trx", "--results-directory", results.Path);
        watch.Stop();
        var all = Directory.GetFiles(results.Path, "*.trx").SelectMany(file => XDocument.Load(file).Descendants())
            .Where(element => element.Name.LocalName == "UnitTestResult").ToList();
        all.Should().NotBeEmpty($"tests ran; printed was {run.Output}{run.Error}");
        var failed = all.Where(test => (string?)test.Attribute("outcome") == "Failed").Select(test => (string)test.Attribute("testName")!);
        return new(
            [.. failed.Order(StringComparer.Ordinal)],
            all.SelectMany(test => Waits().Matches(test.Value)).Sum(match => int.Parse(match.Groups["tests"].Value, CultureInfo.InvariantCulture)),
            LinesOf(run.Output) + LinesOf(run.Error),
            watch.Elapsed);
    }

    /// <summary>The number of the step that a test is about: its golden, or its function by hand. Null if it is about none, or about several.</summary>
    public static int? StepOf(string test) =>
        Number().Match(test) is { Success: true } match ? int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) : null;

    /// <summary>Whether a test is about the function of a step, on numbers that one can work out on paper, and not about its goldens.</summary>
    public static bool IsByHand(string test) => test.Contains(": … ", StringComparison.Ordinal);

    /// <summary>How many threads computed or waited for a processor in the last minute, on average; 0 where the system does not say.</summary>
    private static double Load() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : 0;

    /// <summary>How many lines there are, but for the one that names the file.</summary>
    private static int LinesOf(string output) =>
        output.Split('\n')[..^1].Count(line => !line.StartsWith("Results File: ", StringComparison.Ordinal));

    [GeneratedRegex(@"^(?<number>\d\d) \w+: ")]
    private static partial Regex Number();

    [GeneratedRegex(@"waits: (?<tests>\d+) tests")]
    private static partial Regex Waits();
}
