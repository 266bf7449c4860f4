using Llama3.Reference.Generation;

namespace Llama3.Verify.Tests.Generation;

/// <summary>Texts that end a text, worked out by hand.</summary>
public sealed class StopTextsTests
{
    [Theory(DisplayName = "stop texts: what is shown after each piece, and what ended it:")]
    [InlineData("ab", null, "x,y", "x|y|")]
    [InlineData("ab", "ab", "xa,by", "x|")]
    [InlineData("ab", "ab", "ab", "")]
    [InlineData("ab", null, "a,x", "|ax|")]
    [InlineData("ab", null, "xa", "x|a")]
    [InlineData("aab", "aab", "a,a,a,b", "||a|")]
    [InlineData("abc ab", "ab", "xab", "x")]
    [InlineData("bc abc", "abc", "xabcy", "x")]
    [InlineData("\n\nQ", "\n\nQ", "A.\n,\nQ:", "A.|")]
    public void Shown(string stops, string? found, string pieces, string expected)
    {
        var text = new StopTexts(stops.Split(' '));
        string[] shown = [.. pieces.Split(',').Select(text.Add), text.Finish()];
        (string.Join('|', shown).TrimEnd('|'), text.Found).Should().Be((expected.TrimEnd('|'), found));
    }

    [Fact(DisplayName = "stop texts: without any, all is shown at once; after the end, nothing is")]
    public void Ends()
    {
        new StopTexts([]).Add("abc").Should().Be("abc");
        var text = new StopTexts(["b"]);
        (text.Add("abc"), text.Add("d"), text.Finish()).Should().Be(("a", "", ""));
    }
}
