using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>
/// Reads a <c>tokenizer.model</c> in tiktoken's format: each line is a token in base64, a space and its rank. As in
/// tiktoken, empty lines are skipped and the order does not matter.
/// </summary>
internal sealed class TiktokenFile(string path)
{
    private const int MaxFileBytes = 32 << 20;
    private const int MaxLineBytes = 4096;

    private readonly Vocabulary _vocabulary = new();
    private int _lineNumber;

    /// <summary>Every token of <paramref name="stream"/>; <paramref name="path"/> is its name in messages.</summary>
    /// <exception cref="BadInputException">The file is not a tiktoken vocabulary, or not a complete one.</exception>
    public static Vocabulary Read(Stream stream, string path) => new TiktokenFile(path).Read(stream.ReadAll(MaxFileBytes, path));

    private Vocabulary Read(ReadOnlySpan<byte> file)
    {
        foreach (var range in file.Split((byte)'\n'))
        {
            _lineNumber++;
            var line = file[range].TrimEnd((byte)'\r');
            if (!line.IsEmpty) { Add(line); }
        }

        _vocabulary.RequireAllBytes(path);
        return _vocabulary;
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        if (line.Length > MaxLineBytes)
        {
            throw Error($"the line is {line.Length:N0} bytes long, expected at most {MaxLineBytes:N0}");
        }
        var space = line.IndexOf((byte)' ');
        if (space < 0) { throw Error("expected a token in base64, a space and its rank"); }

        var token = Token(line[..space]);
        var rank = Rank(line[(space + 1)..]);
        if (!_vocabulary.TryAddToken(token, rank)) { throw Error("this token is already on an earlier line"); }
        if (!_vocabulary.TryAddRank(token, rank)) { throw Error($"rank {rank} already belongs to an earlier token"); }
    }

    private byte[] Token(ReadOnlySpan<byte> base64)
    {
        var token = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (Base64.DecodeFromUtf8(base64, token, out _, out var length) != OperationStatus.Done || length == 0)
        {
            throw Error($"{Quote(base64)} is not base64");
        }
        return token[..length];
    }

    private int Rank(ReadOnlySpan<byte> digits)
    {
        if (!Utf8Parser.TryParse(digits, out uint rank, out var length) || length < digits.Length || rank >= SpecialTokens.First)
        {
            throw Error($"the rank is {Quote(digits)}, expected a number from 0 to {SpecialTokens.First - 1}");
        }
        return (int)rank;
    }

    private static string Quote(ReadOnlySpan<byte> text) => $"\"{Printable.Text(Encoding.Latin1.GetString(text))}\"";

    private BadInputException Error(string what) => new($"{path}, line {_lineNumber}: {what}{Hint}");

    /// <summary>A file whose first token cannot be read is probably of another format.</summary>
    private string Hint =>
        _vocabulary.Count == 0 ? " (a Git LFS pointer or Llama 2's tokenizer.model cannot be used)" : "";
}
