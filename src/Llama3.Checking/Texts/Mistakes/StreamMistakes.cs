using System.Text;
using System.Text.RegularExpressions;
using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>Ids that come one by one become a wrong text.</summary>
internal static class StreamMistakes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
    [
        Stream("stream_ids_decoded_alone", "each id is decoded alone, so that the parts of a character become U+FFFD", "keep bytes until their character is complete",
            ["exo-explore/exo#1691"], stream => string.Concat(stream.Pieces.Select(Encoding.UTF8.GetString))),
        Stream("stream_parts_dropped", "ids that are not a whole character alone are left out", "keep bytes until their character is complete", [],
            stream => string.Concat(stream.Pieces.Where(piece => System.Text.Unicode.Utf8.IsValid(piece)).Select(Encoding.UTF8.GetString))),
        Stream("stream_pieces_trimmed", "the white space around each piece is dropped, so that words run together", "print pieces as they are: most words begin with their space", [],
            stream => string.Concat(stream.Pieces.Select(piece => Encoding.UTF8.GetString(piece).Trim()))),
        Stream("stream_text_trimmed", "the white space around the whole text is dropped", "print a text as it is", [], stream => stream.Text.Trim()),
        Stream("stream_first_space_dropped", "the first space of a text is dropped, as for Llama 2", "print a text as it is: the dummy space is Llama 2's", [],
            stream => stream.Text is [' ', .. var rest] ? rest : stream.Text),
        Stream("stream_bytes_as_letters", "bytes are shown as letters of Latin-1", "decode bytes as UTF-8", [], stream => Encoding.Latin1.GetString([.. stream.Pieces.SelectMany(piece => piece)])),
        Stream("stream_byte_letters", "tokens are shown as the vocabulary file spells them, with Ġ for a space", "turn the letters of the vocabulary file back into bytes (bytes_to_unicode)", [],
            stream => string.Concat(stream.Pieces.Select(piece => ByteLetters.Spell(piece)))),
        new(TextKind.Stream, "stream_special_shown", "special tokens are shown in the text", "leave special tokens out of the text (skip_special_tokens)",
            port => port with { Stream = stream => port.Stream(stream with { IsSpecial = true }) }),
        new(TextKind.Stream, "stream_special_hidden", "special tokens are left out of the text where they are to be shown", "decode special tokens by their names where they are asked for",
            port => port with { Stream = stream => port.Stream(stream with { IsSpecial = false }) }),
    ];

    /// <summary>transformers' clean_up_tokenization_spaces: no space before punctuation and contractions. In Llama 3's folders it was true.</summary>
    public static string CleanedUp(string text) => Regex.Replace(text.Replace(" .", ".", StringComparison.Ordinal).Replace(" ?", "?", StringComparison.Ordinal)
        .Replace(" !", "!", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal).Replace(" ' ", "'", StringComparison.Ordinal), " (n't|'m|'s|'ve|'re)", "$1");

    private static TextMistake Stream(string name, string mistake, string fix, string[] threads, Func<TextStream, string> stream) =>
        new(TextKind.Stream, name, mistake, fix, port => port with { Stream = stream }) { Threads = threads };
}
