using System.Text;

namespace Llama3.Formats.Tokenizers;

/// <summary>Byte pair encoding as GPT-2 has it: only the merges of a list are done, in the order of the list.</summary>
/// <param name="merges">The list.</param>
/// <param name="end">How a text is cut.</param>
internal sealed class MergeListEngine(MergeList merges, PieceEnd end) : IBytePairEngine
{
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        for (int start = 0, next; start < text.Length; start = next)
        {
            next = end(text, start);
            ids.AddRange(merges.Encode(Encoding.UTF8.GetBytes(text[start..next].ToArray())));
        }
    }
}
