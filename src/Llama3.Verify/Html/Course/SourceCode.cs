using System.Text.RegularExpressions;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Html.Course;

/// <summary>The source of the steps, as it lies in src/Llama3.Reference/Steps.</summary>
internal static partial class SourceCode
{
    /// <summary>The functions of a step, such as <c>Rope.rotate</c>, and those that they call in the same file; none if the step itself does all.</summary>
    public static IReadOnlyList<(string Function, string Code)> Of(ArticleStep step)
    {
        var found = new OrderedDictionary<string, string>();
        var open = new Queue<string>(step.functions.Where(function => !function.StartsWith($"{step.chapter}Steps.", StringComparison.Ordinal)));
        while (open.TryDequeue(out var function))
        {
            var (file, lines) = (function.Split('.')[0], Lines(function));
            if (!found.TryAdd(function, Of(function, lines))) { continue; }
            foreach (var called in Call().Matches(found[function]).Select(match => match.Value).Where(name => Declares(lines, name) >= 0)) { open.Enqueue($"{file}.{called}"); }
        }
        return [.. found.Select(function => (function.Key, function.Value))];
    }

    private static string[] Lines(string function) => PageFiles.ReadSource($"Steps/{function.Split('.')[0]}.cs").Split('\n');

    /// <summary>A function with its comment, without the indentation of its class.</summary>
    private static string Of(string function, string[] lines)
    {
        var declared = Declares(lines, function.Split('.')[1]);
        if (declared < 0) { throw new InvalidOperationException($"{function} is not declared in its file"); }
        var first = declared;
        while (lines[first - 1].StartsWith("    ///", StringComparison.Ordinal)) { first--; }
        var last = Array.FindIndex(lines, declared, line => HasBody(lines, declared) ? line == "    }" : line.EndsWith(';'));
        return string.Join('\n', lines[first..(last + 1)].Select(line => line.Length > 4 ? line[4..] : ""));
    }

    /// <summary>The line that declares a function; -1 where none does.</summary>
    private static int Declares(string[] lines, string name) =>
        Array.FindIndex(lines, line => Regex.IsMatch(line, $@"^    (public|internal|private) static [^=(]*\b{name}\("));

    /// <summary>Whether the function has braces, and is not one expression.</summary>
    private static bool HasBody(string[] lines, int declared) => lines.Skip(declared).TakeWhile(line => line.Length > 0).Contains("    {");

    [GeneratedRegex(@"(?<=(^|[^.\w]))[a-z]\w*(?=\()", RegexOptions.Multiline)]
    private static partial Regex Call();
}
