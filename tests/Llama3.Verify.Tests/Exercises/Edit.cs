using System.Text.RegularExpressions;

namespace Llama3.Verify.Tests.Exercises;

/// <summary>A change to a source file.</summary>
/// <param name="File">Its path, from the root of the repository.</param>
/// <param name="Old">What is replaced; the file has it once.</param>
/// <param name="New">What stands there instead.</param>
internal sealed record Edit(string File, Regex Old, string New)
{
    /// <summary>Lines for other lines; how far they are indented does not matter.</summary>
    public static Edit Lines(string file, string old, string @new) =>
        new(file, new Regex(string.Join(@"\s*", old.Split('\n').Select(line => Regex.Escape(line.Trim())))), @new);

    /// <summary>Another body for a function that is one expression.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="signature">All of it that stands before the arrow.</param>
    /// <param name="body">What stands behind the arrow instead.</param>
    public static Edit Body(string file, string signature, string body) =>
        new(file, new Regex(Regex.Escape(signature) + @" =>[^;]*;"), $"{signature} => {body};");

    /// <summary>The text with the change.</summary>
    public string In(string text)
    {
        Old.Count(text).Should().Be(1, $"{File} has this once: {Old}");
        return Old.Replace(text, _ => New);
    }
}
