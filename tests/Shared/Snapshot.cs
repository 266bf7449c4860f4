using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Llama3.Tests;

/// <summary>
/// Compares text with a file beside the test, by Verify's convention: <c>Class.Method.verified.txt</c> holds what is right,
/// <c>Class.Method.received.txt</c> is written when a test fails. A new text is accepted by renaming the one to the other.
/// </summary>
internal static partial class Snapshot
{
    /// <summary>Smaller than what an order of summation changes in float32: distances between results that agree.</summary>
    private const double Noise = 1e-5;

    /// <summary>Compares a text, with paths of this machine scrubbed.</summary>
    /// <remarks>
    /// Sums in float32 end on other bits with other instruction sets and engines. So numbers may differ in the last digit that is printed,
    /// and those that are only rounding noise may differ altogether. Whole numbers and words must be the same.
    /// </remarks>
    public static Task Verify(string text, string? variant = null, [CallerFilePath] string source = "", [CallerMemberName] string test = "")
    {
        var name = $"{Path.GetFileNameWithoutExtension(source)}.{test}{(variant is null ? "" : $"_{variant}")}";
        return Compare(Scrub(text), Path.GetDirectoryName(source)!, name);
    }

    /// <summary>A text in which every number that is near enough to the one in its place in the expected text is spelled as there.</summary>
    internal static string Aligned(string text, string expected)
    {
        var numbers = new Queue<string>(Decimals().Matches(expected).Select(number => number.Value));
        return Decimals().Replace(text, number => numbers.TryDequeue(out var right) && AreNear(number.Value, right) ? right : number.Value);
    }

    private static bool AreNear(string number, string right)
    {
        var (actual, expected) = (double.Parse(number, CultureInfo.InvariantCulture), double.Parse(right, CultureInfo.InvariantCulture));
        return (Math.Abs(actual) < Noise && Math.Abs(expected) < Noise)
            || Math.Abs(actual - expected) < 1.5 * Math.Max(LastDigit(number), LastDigit(right));
    }

    /// <summary>What the last digit counts: 0.0001 in "-0.1877", 0.01e-7 in "4.83e-7".</summary>
    private static double LastDigit(string number)
    {
        var parts = number.Split('e', 'E');
        var power = parts.Length == 1 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        return Math.Pow(10, power - (parts[0].Length - parts[0].IndexOf('.') - 1));
    }

    private static string Scrub(string text) =>
        LineNumbers().Replace(text.ReplaceLineEndings("\n").Replace(Path.GetTempPath(), "{TempPath}", StringComparison.Ordinal), ":{line}").TrimEnd('\n');

    /// <summary>The line of a source file, which is another as soon as somebody edits the file.</summary>
    [GeneratedRegex(@"(?<=\.cs):\d+")]
    private static partial Regex LineNumbers();

    [GeneratedRegex(@"-?\d+\.\d+(e[+-]\d+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Decimals();

#if SNAPSHOT_VERIFY
    private static async Task Compare(string text, string folder, string name) =>
        await VerifyXunit.Verifier.Verify(text).UseDirectory(folder).UseFileName(name).UseStringComparer((received, verified, _) =>
            Task.FromResult(new VerifyTests.CompareResult(Aligned(received, verified) == verified)));
#else
    private static async Task Compare(string text, string folder, string name)
    {
        var verified = Path.Combine(folder, $"{name}.verified.txt");
        var received = Path.Combine(folder, $"{name}.received.txt");
        var expected = File.Exists(verified) ? (await File.ReadAllTextAsync(verified)).ReplaceLineEndings("\n").TrimEnd('\n') : null;
        var aligned = expected is null ? text : Aligned(text, expected);
        if (aligned == expected)
        {
            File.Delete(received);
            return;
        }
        await File.WriteAllTextAsync(received, text + "\n");
        aligned.Should().Be(expected, $"{name}.verified.txt says so; to accept the new text, rename {name}.received.txt to it");
    }
#endif
}
