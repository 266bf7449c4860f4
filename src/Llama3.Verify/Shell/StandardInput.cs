using System.Text;
using Llama3.Formats.Input;
using Utf8 = System.Text.Unicode.Utf8;

namespace Llama3.Verify.Shell;

/// <summary>Text from another program or a file, whole or line by line.</summary>
internal static class StandardInput
{
    private const int MaxBytes = 1 << 29;
    private const string NotUtf8 = "this is not UTF-8";

    /// <summary>All of it.</summary>
    /// <exception cref="BadInputException">It is not UTF-8, or larger than 512 MiB.</exception>
    public static string Text()
    {
        using var input = StandardStreams.Input();
        var text = input.ReadAll(MaxBytes, "standard input");
        return Utf8.IsValid(text)
            ? Encoding.UTF8.GetString(text)
            : throw new BadInputException($"standard input, line {FirstBrokenLine(text)}: {NotUtf8}");
    }

    /// <summary>The result of <paramref name="parse"/> for each line without its end, as soon as the line has arrived.</summary>
    /// <exception cref="BadInputException">A line is not UTF-8, is larger than 512 MiB, or is refused; the message has its number.</exception>
    public static IEnumerable<T> Lines<T>(Func<byte[], T> parse) => RawLines().Select((line, index) =>
    {
        try
        {
            if (!Utf8.IsValid(line)) { throw new BadInputException(NotUtf8); }
            return parse(line);
        }
        catch (BadInputException error)
        {
            throw new BadInputException($"standard input, line {index + 1}: {error.Message}", error);
        }
    });

    private static IEnumerable<byte[]> RawLines()
    {
        using var input = StandardStreams.Input();
        foreach (var line in LineReader.Lines(input, "standard input", MaxBytes)) { yield return line; }
    }

    private static int FirstBrokenLine(byte[] text)
    {
        var number = 1;
        foreach (var line in text.AsSpan().Split((byte)'\n'))
        {
            if (!Utf8.IsValid(text.AsSpan(line))) { break; }
            number++;
        }
        return number;
    }
}
