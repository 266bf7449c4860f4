namespace Llama3.Formats.Tokenizers;

/// <summary>Byte-level byte pair encoding: cuts a text into pieces and merges the bytes of each.</summary>
internal interface IBytePairEngine
{
    /// <summary>Adds the token ids of a text in which nothing is a special token.</summary>
    /// <param name="text">Any text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="ids">The list to add to.</param>
    void Encode(ReadOnlySpan<char> text, List<int> ids);
}
