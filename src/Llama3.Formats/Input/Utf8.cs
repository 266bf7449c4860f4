using System.Text;

namespace Llama3.Formats.Input;

/// <summary>Text as bytes.</summary>
internal static class Utf8
{
    /// <summary>Editors on Windows begin a file with these three bytes.</summary>
    public static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> text) =>
        text.Span.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
}
