using Llama3.Formats.Gguf;
using Llama3.Formats.Tokenizers;
using Llama3.Verify.Copy;

namespace Llama3.Verify.Tests.Commands;

/// <summary>A model that comes with another vocabulary than Llama 3's: bytes, and the two tokens of ChatML. All its weights are 0, so token 0 comes next.</summary>
public sealed class OtherVocabularyTests : IDisposable
{
    private const int Dim = 8, Ids = 258, FirstByte = 2;

    private readonly TemporaryFolder _folder = new();

    public OtherVocabularyTests() => Write("model.gguf", "smollm", "{{ '<|im_start|>' + message['role'] }}");

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "another vocabulary: the walk puts nothing before the prompt, and shows tokens as texts")]
    public void Walk()
    {
        var run = Cli.Run("--checkpoint", _folder["model.gguf"], "--prompt", "Hi 12");
        (run.ExitCode, run.Error).Should().Be((0, ""));
        run.Output.Should().Contain($"→ [5] Int64\n   {Id('H')}  {Id('i')}  {Id(' ')}  {Id('1')}  {Id('2')}\n")
            .And.Contain("\"H\" \"i\" \" \" \"1\" \"2\"").And.EndWith("next token 0 is \"<|im_end|>\"\n");
    }

    [Fact(DisplayName = "another vocabulary: its own token ends a text")]
    public void Ends()
    {
        var run = Cli.Run("generate", "--checkpoint", _folder["model.gguf"], "--prompt", "Hi");
        (run.ExitCode, run.Output).Should().Be((0, ""));
        run.Error.Should().StartWith("0 tokens; stopped at <|im_end|>\nprompt of 2 tokens in ");
    }

    // <|im_start|>user\nHi<|im_end|>\n is 1 + 7 + 1 + 1, <|im_start|>assistant\n is 1 + 10; <|im_start|>system\nX<|im_end|>\n is 1 + 8 + 1 + 1.
    [Theory(DisplayName = "another vocabulary: a conversation is laid out as its template says")]
    [InlineData(21)]
    [InlineData(32, "--system", "X")]
    public void Chat(int tokens, params string[] system) => Cli
        .Run(["generate", "--checkpoint", _folder["model.gguf"], "--chat", "--prompt", "Hi", .. system])
        .Error.Should().Contain($"prompt of {tokens} tokens in ");

    [Fact(DisplayName = "another vocabulary: encode and decode take it from the file")]
    public void Encode()
    {
        var file = _folder["model.gguf"];
        Cli.Run("encode", "<|im_start|>Hi", "--special", "--tokenizer", file).Should().Be(new CliResult(0, $"1 {Id('H')} {Id('i')}\n", ""));
        Cli.Run("decode", "1", $"{Id('H')}", "0", "--tokenizer", file).Should().Be(new CliResult(0, "<|im_start|>H<|im_end|>", ""));
        Refused("the text contains the special token <|im_end|> at position 1, *", "encode", "x<|im_end|>", "--tokenizer", file);
        Refused("token id 258 is not in the vocabulary: expected one of its 258 tokens, from 0 to 257", "decode", "258", "--tokenizer", file);
        Refused("--merges shows the merges of a tokenizer.model or tokenizer.json, not those of a GGUF", "encode", "x", "--merges", "--tokenizer", file);
    }

    [Fact(DisplayName = "another vocabulary: where the template is not known, conversations are refused and texts are not")]
    public void Unknown_template()
    {
        Write("other.gguf", "smollm", "[INST]");
        Refused("*other.gguf has a chat template that is neither *", "generate", "--checkpoint", _folder["other.gguf"], "--chat", "--prompt", "Hi");
        Cli.Run("generate", "--checkpoint", _folder["other.gguf"], "--prompt", "Hi").ExitCode.Should().Be(0);
    }

    [Fact(DisplayName = "another vocabulary: a model whose vocabulary is of an unknown kind takes ids")]
    public void Unknown_vocabulary()
    {
        Write("other.gguf", "qwen2", "");
        Refused(
            "*other.gguf: tokenizer.ggml.pre is \"qwen2\", expected *; without it, give ids of tokens instead of a text: --tokens 1,2,3",
            "generate", "--checkpoint", _folder["other.gguf"], "--prompt", "Hi");
        Cli.Run("generate", "--checkpoint", _folder["other.gguf"], "--tokens", "1,2", "--max-tokens", "3").Output.Should().Be("0,0,0");
    }

    [Fact(DisplayName = "the micro model as GGUF: texts and conversations as from Meta's files")]
    public void Micro_gguf()
    {
        Cli.Run("copy", _folder["micro"], "--format", "gguf").ExitCode.Should().Be(0);
        var file = Path.Combine(_folder["micro"], "model.gguf");
        Cli.Run("generate", "--checkpoint", file).Output.Should().Be("42");
        Cli.Run("encode", "the universe", "--tokenizer", file).Output.Should().Be("1820 15861\n");
        string[] chat = ["generate", "--chat", "--prompt", "the answer?", "--max-tokens", "5"];
        Cli.Run([.. chat, "--checkpoint", file]).Output.Should().Be(Cli.Run(chat).Output);
    }

    [SkippableFact(DisplayName = "SmolLM2: transformers 5.24 continues so, in float32")]
    public void SmolLm2()
    {
        string[] generate = ["generate", "--checkpoint", SmolLm.File(), "--dtype", "fp32", "--max-tokens", "24"];
        Cli.Run([.. generate, "--prompt", "The capital of France is Paris, and the capital of Italy is"]).Output.Should().Be(
            " Rome.\n\nThe United States has a population of approximately 311 million people, and it is the largest");
        Cli.Run([.. generate, "--tokens", "1,4093,198,1780,314,216,38,1711,216,39,47,2,198,1,520,9531,198"]).Output.Should().Be(
            "To find 6 times 7, we can use a simple yet elegant approach. We can multiply 6 by itself");
    }

    private static int Id(char letter) => FirstByte + letter;

    private static void Refused(string message, params string[] arguments)
    {
        var run = Cli.Run(arguments);
        (run.ExitCode, run.Output).Should().Be((2, ""));
        run.Error.Should().Match($"llama3verify: {message}\n");
    }

    private void Write(string name, string pre, string template)
    {
        using var file = File.Create(_folder[name]);
        GgufWriter.Write(file, [.. Model(), .. Tokenizer(pre, template)], [.. Tensors()]);
    }

    private static Dictionary<string, object> Model() => new()
    {
        ["general.architecture"] = "llama",
        ["llama.context_length"] = 64u,
        ["llama.embedding_length"] = (uint)Dim,
        ["llama.block_count"] = 1u,
        ["llama.feed_forward_length"] = (uint)Dim,
        ["llama.attention.head_count"] = 2u,
        ["llama.attention.layer_norm_rms_epsilon"] = 1e-5f,
    };

    private static Dictionary<string, object> Tokenizer(string pre, string template) => new()
    {
        ["tokenizer.ggml.model"] = "gpt2",
        ["tokenizer.ggml.pre"] = pre,
        ["tokenizer.ggml.tokens"] = (string[])["<|im_end|>", "<|im_start|>", .. Enumerable.Range(0, 256).Select(value => ByteLetters.Spell([(byte)value]))],
        ["tokenizer.ggml.token_type"] = (int[])[3, 3, .. Enumerable.Repeat(1, 256)],
        ["tokenizer.ggml.bos_token_id"] = 1u,
        ["tokenizer.ggml.add_bos_token"] = false,
        ["tokenizer.chat_template"] = template,
    };

    private static IEnumerable<GgufTensorToWrite> Tensors()
    {
        string[] matrices = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];
        return
        [
            GgufType.F32.Tensor("token_embd.weight", torch.zeros(Ids, Dim)),
            GgufType.F32.Tensor("output_norm.weight", torch.zeros(Dim)),
            .. matrices.Select(matrix => GgufType.F32.Tensor($"blk.0.{matrix}.weight", torch.zeros(Dim, Dim))),
            .. new[] { "attn_norm", "ffn_norm" }.Select(norm => GgufType.F32.Tensor($"blk.0.{norm}.weight", torch.zeros(Dim))),
        ];
    }
}
