using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Llama3.Tests;

/// <summary>
/// Compares text with a file beside the test, by Verify's convention: <c>Class.Method.verified.txt</c> holds what is right,
/// <c>Class.Method.received.txt</c> is written when a test fails. A new text is accepted by renaming the one to the other.
/// </summary>
internal static partial class Snapshot
{
    /// <summary>Compares a text; paths of this machine and numbers with decimals, which depend on the engine, are scrubbed.</summary>
    public static Task Verify(string text, string? variant = null, [CallerFilePath] string source = "", [CallerMemberName] string test = "")
    {
        var name = $"{Path.GetFileNameWithoutExtension(source)}.{test}{(variant is null ? "" : $"_{variant}")}";
        return Compare(Scrub(text), Path.GetDirectoryName(source)!, name);
    }

    private static string Scrub(string text) => Decimals()
        .Replace(text.ReplaceLineEndings("\n").Replace(Path.GetTempPath(), "{TempPath}", StringComparison.Ordinal), "#.#")
        .TrimEnd('\n');

    [GeneratedRegex(@"-?\d+\.\d+(e[+-]\d+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Decimals();

#if SNAPSHOT_VERIFY
    private static async Task Compare(string text, string folder, string name) =>
        await VerifyXunit.Verifier.Verify(text).UseDirectory(folder).UseFileName(name);
#else
    private static async Task Compare(string text, string folder, string name)
    {
        var verified = Path.Combine(folder, $"{name}.verified.txt");
        var received = Path.Combine(folder, $"{name}.received.txt");
        var expected = File.Exists(verified) ? (await File.ReadAllTextAsync(verified)).ReplaceLineEndings("\n").TrimEnd('\n') : null;
        if (text == expected)
        {
            File.Delete(received);
            return;
        }
        await File.WriteAllTextAsync(received, text + "\n");
        text.Should().Be(expected, $"{name}.verified.txt says so; to accept the new text, rename {name}.received.txt to it");
    }
#endif
}
