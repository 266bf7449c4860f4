namespace Llama3.Formats.Tokenizers;

/// <summary>A part of a conversation that is encoded by itself.</summary>
/// <param name="Text">The text, or the name of a special token.</param>
/// <param name="IsSpecial">Whether it is a special token.</param>
internal readonly record struct Segment(string Text, bool IsSpecial)
{
    /// <summary>Ordinary text, in which names of special tokens are text too.</summary>
    public static Segment Of(string text) => new(text, false);

    /// <summary>A special token.</summary>
    public static Segment Special(string name) => new(name, true);

    /// <summary>The ids of segments, one after the other.</summary>
    public static int[] Encode(ITokenizer tokenizer, IEnumerable<Segment> segments) =>
        [.. segments.SelectMany(segment => segment.IsSpecial ? [SpecialTokens.Id(segment.Text)] : tokenizer.encode_ordinary(segment.Text))];

    /// <summary>The same, with texts that stand side by side as one, which is encoded as a whole.</summary>
    public static IEnumerable<Segment> Joined(IEnumerable<Segment> segments)
    {
        var text = "";
        foreach (var segment in segments)
        {
            if (!segment.IsSpecial) { text += segment.Text; }
            else
            {
                yield return Of(text);
                yield return segment;
                text = "";
            }
        }
        yield return Of(text);
    }
}
