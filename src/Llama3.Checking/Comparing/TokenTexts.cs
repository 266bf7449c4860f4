using Llama3.Formats.Input;

namespace Llama3.Checking.Comparing;

/// <summary>The texts of tokens, for messages that name a token by its number.</summary>
/// <param name="All">The text of every token, those before a pass first; empty where no text was involved.</param>
/// <param name="Before">How many come before those of a pass.</param>
internal sealed record TokenTexts(IReadOnlyList<string> All, long Before = 0)
{
    /// <summary>The text at an index of an axis, in quotes; null where it is not known.</summary>
    /// <param name="axis">The name of the axis: M counts the tokens of a pass, T and N+M all of them.</param>
    /// <param name="at">The index.</param>
    public string? At(string axis, long at)
    {
        var token = axis == "M" ? Before + at : at;
        return token < All.Count ? Printable.Quoted(All[(int)token]) : null;
    }
}
