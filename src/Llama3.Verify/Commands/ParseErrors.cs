using System.Text.RegularExpressions;

namespace Llama3.Verify.Commands;

/// <summary>What the command line's parser says, in words for people: it names types of .NET.</summary>
internal static partial class ParseErrors
{
    /// <summary>"--seed is 'x', expected a whole number"; any other message as it is.</summary>
    public static string InWords(string message) => WrongType().Match(message) is { Success: true } found
        ? $"{found.Groups["option"].Value} is '{found.Groups["text"].Value}', expected {Kind(found.Groups["type"].Value)}"
        : message;

    private static string Kind(string type) => type.Contains("Int", StringComparison.Ordinal) ? "a whole number" : "a number";

    [GeneratedRegex("^Cannot parse argument '(?<text>.*)' for option '(?<option>.*)' as expected type '(?<type>.*)'", RegexOptions.Singleline)]
    private static partial Regex WrongType();
}
