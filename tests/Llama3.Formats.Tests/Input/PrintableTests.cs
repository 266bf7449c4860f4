using Llama3.Formats.Input;

namespace Llama3.Formats.Tests.Input;

/// <summary>Text of a file, as it stands in messages.</summary>
public sealed class PrintableTests
{
    [Fact(DisplayName = "printable: a text is cut after 80 characters")]
    public void Cut()
    {
        Printable.Text(new string('a', 80)).Should().Be(new string('a', 80));
        Printable.Text(new string('a', 81)).Should().Be(new string('a', 80) + "…");
        Printable.Text(new string('\n', 81)).Should().Be(new string('?', 80) + "…");
        Printable.Line(new string('a', 81)).Should().HaveLength(81);
    }

    [Theory(DisplayName = "printable: what breaks a line or turns its direction is replaced; joiners stay:")]
    [InlineData("a\nb\u0007c", "a?b?c")]
    [InlineData("a\u2028b\u2029c", "a?b?c")]
    [InlineData("a\u202Eb", "a?b")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("👨\u200D👩", "👨\u200D👩")]
    public void Lines(string text, string line) => Printable.Line(text).Should().Be(line);

    [Theory(DisplayName = "printable: in quotes, control characters are escaped, letters and emoji stay:")]
    [InlineData("", "")]
    [InlineData(" of", " of")]
    [InlineData("a\n\"b\"\\", @"a\n\""b\""\\")]
    [InlineData("é漢🙂", "é漢🙂")]
    [InlineData("\u202E", @"\u202E")]
    [InlineData("\uE000", @"\uE000")]
    [InlineData("\U0010FFFF", @"\uDBFF\uDFFF")]
    public void Quoted(string text, string quoted) => Printable.Quoted(text).Should().Be($"\"{quoted}\"");

    [Theory(DisplayName = "printable: what joins letters or emoji stays where it joins some, and is escaped elsewhere:")]
    [InlineData("👨\u200D👩\u200D👧", "👨\u200D👩\u200D👧")]
    [InlineData("می\u200Cخ", "می\u200Cخ")]
    [InlineData("❤\uFE0F\u200D🔥", "❤\uFE0F\u200D🔥")]
    [InlineData("\u200D", @"\u200D")]
    [InlineData("\u200D👩", @"\u200D👩")]
    [InlineData("👨\u200D", @"👨\u200D")]
    [InlineData("a\u200Db", @"a\u200Db")]
    [InlineData("👨\u200D\u202E", @"👨\u200D\u202E")]
    [InlineData("☺\uFE0F", "☺\uFE0F")]
    [InlineData("\uFE0F", @"\uFE0F")]
    [InlineData("☺\uFE0F\uFE0F", @"☺" + "\uFE0F" + @"\uFE0F")]
    [InlineData("漢\U000E0100", "漢\U000E0100")]
    public void Joined(string text, string quoted) => Printable.Quoted(text).Should().Be($"\"{quoted}\"");

    [Theory(DisplayName = "printable: the letters of a flag stay behind one, up to seven of them, and are escaped elsewhere")]
    [InlineData("🏴", "gbsct\u007F", true)]
    [InlineData("🏴", "gbsctgb", true)]
    [InlineData("🏴", "", true)]
    [InlineData("", "g", false)]
    [InlineData("🏳", "g", false)]
    public void Flags(string flag, string letters, bool stays)
    {
        var tags = string.Concat(letters.Select(letter => char.ConvertFromUtf32(0xE0000 + letter)));
        var escaped = string.Concat(tags.Select(unit => $"\\u{(int)unit:X4}"));

        Printable.Quoted(flag + tags).Should().Be($"\"{flag}{(stays ? tags : escaped)}\"");
    }

    [Fact(DisplayName = "printable: shapes as torch writes them")]
    public void Shapes() => (Printable.Shape([]), Printable.Shape([128256, 4096])).Should().Be(("[]", "[128256, 4096]"));
}
