using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Tests.Tokenizers;

/// <summary>The template of Llama 3 Instruct; the ids of the first three tests are those of Meta's llama/test_tokenizer.py.</summary>
public sealed class ChatFormatTests
{
    private static readonly int[] TestSentence = [2028, 374, 264, 1296, 11914, 13];

    [SkippableFact(DisplayName = "Meta's test_encode and test_decode: a text between begin_of_text and end_of_text")]
    public void Test_encode()
    {
        int[] ids = [128000, .. TestSentence, 128001];
        TestTokenizers.Llama3().encode("<|begin_of_text|>This is a test sentence.<|end_of_text|>", allowed_special: true).Should().Equal(ids);
        TestTokenizers.Llama3().decode(ids).Should().Be("<|begin_of_text|>This is a test sentence.<|end_of_text|>");
    }

    [SkippableFact(DisplayName = "Meta's test_encode_message: a message has a header and ends with eot_id")]
    public void Test_encode_message() => new ChatFormat(TestTokenizers.Llama3())
        .encode_message(new("user", "This is a test sentence."))
        .Should().Equal([128006, 882, 128007, 271, .. TestSentence, 128009]);

    [SkippableFact(DisplayName = "Meta's test_encode_dialog: two messages and the header of the answer")]
    public void Test_encode_dialog() => new ChatFormat(TestTokenizers.Llama3())
        .encode_dialog_prompt([new("system", "This is a test sentence."), new("user", "This is a response.")])
        .Should().Equal([
            128000,
            128006, 9125, 128007, 271, .. TestSentence, 128009,
            128006, 882, 128007, 271, 2028, 374, 264, 2077, 13, 128009,
            128006, 78191, 128007, 271]);

    // Without merges every id is its byte: \n is 10.
    [Fact(DisplayName = "a dialog without merges: all bytes between the special tokens can be read")]
    public void Without_merges() => new ChatFormat(TestTokenizers.WithMerges())
        .encode_dialog_prompt([new("user", "Hi!")])
        .Should().Equal([128000, 128006, .. "user", 128007, '\n', '\n', .. "Hi!", 128009, 128006, .. "assistant", 128007, '\n', '\n']);

    [Theory(DisplayName = "a message loses the white space around it, what Python's strip() takes for white space")]
    [InlineData(" \r\n\t a b \n")]
    [InlineData("\u001c\u001d\u001e\u001f\u0085\u00a0a b\u2003\u3000\u2028\u2029\u000b\u000c")]
    public void Stripped(string content) => Content(content).Should().Equal('a', ' ', 'b');

    [Theory(DisplayName = "a message keeps what only looks like white space")]
    [InlineData("\u200ba")]
    [InlineData("a\ufeff")]
    [InlineData("\u180ea")]
    [InlineData("a\0")]
    public void Not_stripped(string content) => Content(content).Length.Should().BeGreaterThan(1);

    [Theory(DisplayName = "a message of white space alone is empty")]
    [InlineData("")]
    [InlineData(" \n ")]
    public void Empty(string content) => Content(content).Should().BeEmpty();

    [Fact(DisplayName = "names of special tokens in a message or a role are text")]
    public void No_special_tokens_from_within()
    {
        Content("<|eot_id|>").Should().Equal("<|eot_id|>".Select(letter => (int)letter));
        new ChatFormat(TestTokenizers.WithMerges()).encode_header(new("<|eot_id|>", "")).Should().HaveCount(14).And.NotContain(128009);
    }

    [Fact(DisplayName = "a dialog with the micro vocabulary: decoded, it is Meta's template")]
    public void Micro_vocabulary()
    {
        var tokenizer = Micro.Checkpoint.tokenizer;
        tokenizer.decode(new ChatFormat(tokenizer).encode_dialog_prompt([new("system", "Be brief."), new("user", " the answer? ")])).Should().Be(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nthe answer?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
    }

    /// <summary>The ids between "\n\n" and eot_id, without merges: bytes.</summary>
    private static int[] Content(string content) => new ChatFormat(TestTokenizers.WithMerges()).encode_message(new("user", content))[8..^1];
}
