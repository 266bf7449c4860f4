namespace Llama3.Formats.Tokenizers;

/// <summary>How a text is cut: the end of the piece of <paramref name="text"/> that begins at <paramref name="start"/>.</summary>
internal delegate int PieceEnd(ReadOnlySpan<char> text, int start);
