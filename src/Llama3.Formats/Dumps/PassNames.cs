using System.Text.RegularExpressions;

namespace Llama3.Formats.Dumps;

/// <summary>
/// What was dumped of a pass may be in a folder, a file or a dictionary of its own, which is called as the prefix of its tensors:
/// <c>decode.0</c>, <c>run.1</c>, <c>run.1.decode.0</c>. That of the prompt, which has no prefix, is called <c>prompt</c> or <c>prefill</c>.
/// </summary>
internal static partial class PassNames
{
    /// <summary>The prefix of the tensors in a folder, a file or a dictionary; null if its name is not that of a pass.</summary>
    public static string? Prefix(string name) =>
        Name().Match(name) is not { Success: true } match ? null
        : string.Concat(match.Groups["part"].Captures.Select(part => $"{part}."));

    /// <summary>The same within another: of <c>decode.0</c> in <c>run.1</c>. A pass has no passes in it.</summary>
    public static string? Prefix(string name, string outer) =>
        outer.Contains("decode", StringComparison.Ordinal) || (outer.Length > 0 && name.StartsWith("run", StringComparison.Ordinal)) ? null : Prefix(name);

    /// <summary>A name with its prefix, which it may have already.</summary>
    public static string Prefixed(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name : prefix + name;

    [GeneratedRegex(
        @"\A(?:(?<part>run\.(?:0|[1-9][0-9]{0,6}))|(?:(?<part>run\.(?:0|[1-9][0-9]{0,6}))\.)?(?:(?<part>decode\.(?:0|[1-9][0-9]{0,6}))|prompt|prefill))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
