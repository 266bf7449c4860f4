using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tests.Input;

/// <summary>Lines of a stream, and how long they may be.</summary>
public sealed class LineReaderTests
{
    [Theory(DisplayName = "lines: without their ends, empty ones too; the last may have no end:")]
    [InlineData("")]
    [InlineData("ab\ncd", "ab", "cd")]
    [InlineData("ab\ncd\n", "ab", "cd")]
    [InlineData("\n\nab\n", "", "", "ab")]
    public void Lines(string text, params string[] lines) => Read(text, most: 2).Should().Equal(lines);

    [Theory(DisplayName = "lines: one that is too long is refused with its number, whether its end has arrived or not:")]
    [InlineData("abc", 1)]
    [InlineData("abc\n", 1)]
    [InlineData("ab\n\nabc\nab\n", 3)]
    [InlineData("ab\nabc", 2)]
    public void Too_long(string text, int line) =>
        BadInput.IsRefused(() => Read(text, most: 2), $"the stream, line {line}: this line has more than 2 bytes");

    [Fact(DisplayName = "lines: one that comes in several parts is put together, and may have all of its bytes")]
    public void In_parts()
    {
        var (first, second) = (new string('a', 70_000), new string('b', 140_000));

        Read($"{first}\n{second}", most: 140_000).Should().Equal(first, second);
        BadInput.IsRefused(() => Read($"{first}\n{second}", most: 139_999), "the stream, line 2: this line has more than 139,999 bytes");
    }

    private static List<string> Read(string text, int most) =>
        [.. LineReader.Lines(new MemoryStream(Encoding.UTF8.GetBytes(text)), "the stream", most).Select(Encoding.UTF8.GetString)];
}
