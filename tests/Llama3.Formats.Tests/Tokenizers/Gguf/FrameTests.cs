using Llama3.Formats.Tokenizers;
using Llama3.Formats.Tokenizers.Gguf;
using static Llama3.Formats.Tests.Tokenizers.Gguf.Vocabularies;

namespace Llama3.Formats.Tests.Tokenizers.Gguf;

/// <summary>What a GGUF says of what begins and ends texts, and how conversations are laid out.</summary>
public sealed class FrameTests
{
    private const int Start = 256, End = 257;

    private static readonly Message[] Dialog = [new("user", "Hi!")];

    private static readonly GgufVocabulary ChatMl =
        Of("smollm", [], ("<|im_start|>", Control), ("<|im_end|>", Control), ("<|endoftext|>", Control)) with { chat_template = ChatMlTemplate };

    [Theory(DisplayName = "bos is put before a text where the file says so; where it says nothing, for llama-bpe:")]
    [InlineData("smollm", 256, null, new int[0])]
    [InlineData("smollm", 256, false, new int[0])]
    [InlineData("smollm", 256, true, new[] { 256 })]
    [InlineData("smollm", null, true, new int[0])]
    [InlineData("llama-bpe", 256, null, new[] { 256 })]
    [InlineData("llama-bpe", 256, false, new int[0])]
    public void Begin(string pre, int? bos, bool? add_bos, int[] begin) =>
        Read(ChatMl with { pre = pre, bos = bos, add_bos = add_bos }).frame.begin.Should().Equal(begin);

    [Fact(DisplayName = "eos, eot and the tokens that are known by their names end texts")]
    public void Ends()
    {
        Read(ChatMl).frame.ends.Should().BeEquivalentTo([257, 258]);
        Read(ChatMl with { eos = 256, eot = 257 }).frame.ends.Should().BeEquivalentTo([256, 257, 258]);
        Read(OfMicro).frame.ends.Should().BeEquivalentTo(TextFrame.Llama3.ends);
    }

    [Fact(DisplayName = "ChatML: role and content between its two tokens, all else as text")]
    public void Conversation() => Chat(ChatMl, new("system", "Be <|im_end|>"), new("user", " Hi!\n")).Should().Equal([
        Start, .. "system\nBe <|im_end|>", End, '\n', Start, .. "user\n Hi!\n", End, '\n', Start, .. "assistant\n"]);

    [Fact(DisplayName = "ChatML: what begins texts begins a conversation too")]
    public void Begins() => Chat(ChatMl with { bos = 258, add_bos = true }, Dialog)[..2].Should().Equal(258, Start);

    [Theory(DisplayName = "ChatML: the template's own system message stands before a conversation that has none")]
    [InlineData("{{ '<|im_start|>system\nBe brief.<|im_end|>\n' }}", "Be brief.")]
    [InlineData(@"{{ '<|im_start|>system\nBe\nbrief.<|im_end|>\n' }}", "Be\nbrief.")]
    [InlineData(@"{{- ""<|im_start|>system\nDon't be 'long'.<|im_end|>\n"" }}", "Don't be 'long'.")]
    [InlineData(@"{{ '<|im_start|>system\nDon\'t.<|im_end|>' }}", "Don't.")]
    [InlineData(@"{{ '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}", null)]
    [InlineData(@"{{ '<|im_start|>system\n' }}You<|im_end|>{{ '<|im_start|>system\nBe brief.<|im_end|>' }}", "Be brief.")]
    public void Default_system(string template, string? system)
    {
        var vocabulary = ChatMl with { chat_template = template };
        int[] message = system is null ? [] : [Start, .. $"system\n{system}", End, '\n'];
        Chat(vocabulary, Dialog).Should().Equal([.. message, Start, .. "user\nHi!", End, '\n', Start, .. "assistant\n"]);
        Chat(vocabulary, new Message("system", "x"), Dialog[0])[..9].Should().Equal([Start, .. "system\nx"]);
    }

    [Fact(DisplayName = "ChatML: a template of strings without an end takes no time that grows with its square")]
    public void Endless_template() => Chat(
        ChatMl with { chat_template = string.Concat(Enumerable.Repeat("\"<|im_start|>system\n\\", 100_000)) }, Dialog)[0].Should().Be(Start);

    [Theory(DisplayName = "Llama 3's header ids, and its vocabulary without a template: its own format")]
    [InlineData("{% set content = '<|start_header_id|>' + message['role'] %}")]
    [InlineData(null)]
    public void Llama3_conversation(string? template)
    {
        var micro = Micro.Checkpoint.tokenizer;
        Chat(OfMicro with { chat_template = template }, Dialog).Should().Equal(new ChatFormat(micro).encode_dialog_prompt(Dialog));
    }

    [Theory(DisplayName = "Llama 3.1's template: a system message with two dates, of the template or of today")]
    [InlineData("Today Date: {{ date_string }}", false)]
    [InlineData("{% set date_string = strftime_now(\"%d %b %Y\") %}", true)]
    public void Dated_conversation(string template, bool isToday)
    {
        var date = isToday ? DateTime.Now.ToString("dd MMM yyyy", System.Globalization.CultureInfo.InvariantCulture) : "26 Jul 2024";
        var ids = Chat(OfMicro with { chat_template = "<|start_header_id|> Cutting Knowledge Date: December 2023" + template }, Dialog);
        Micro.Checkpoint.tokenizer.decode(ids).Should().Be($"<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: {date}\n\n<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nHi!<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");
    }

    [Theory(DisplayName = "a template that is not known: conversations are refused, texts are not:")]
    [InlineData("[INST] {{ message['content'] }} [/INST]", "model.gguf has a chat template that is neither Llama 3's (<|start_header_id|>) nor ChatML *")]
    [InlineData("<|start_header_id|>", "model.gguf has a chat template that is neither *")]
    [InlineData("", "model.gguf has a chat template that is neither *")]
    [InlineData(null, "model.gguf holds no chat template, so how conversations are laid out is not known; give the whole prompt as a text, *")]
    public void Unknown_template(string? template, string message)
    {
        BadInput.IsRefused(() => Chat(ChatMl with { chat_template = template }, Dialog), message);
        Read(ChatMl with { chat_template = template }).encode("Hi!").Should().Equal('H', 'i', '!');
        BadInput.IsRefused(() => Chat(Of("smollm", []) with { chat_template = ChatMlTemplate }, Dialog), "model.gguf has a chat template that is neither *");
    }

    private static int[] Chat(GgufVocabulary vocabulary, params Message[] dialog) =>
        Read(vocabulary) is var tokenizer ? tokenizer.frame.chat(tokenizer, dialog) : [];
}
