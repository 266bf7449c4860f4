using System.Text;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Numbers;
using Llama3.Formats.Pth;
using Llama3.Formats.Safetensors;
using Llama3.Formats.Tokenizers;

namespace Llama3.Tests.Damage;

/// <summary>The files of checkpoints: one is damaged, and the others are those of a tiny model.</summary>
internal static class CheckpointReaders
{
    /// <summary>What no model of these files may cost: 1024 layers have so many names.</summary>
    private const long ManyLayers = 16_000_000;

    private const string Params = "{\"dim\": 8, \"n_layers\": 1, \"n_heads\": 2, \"n_kv_heads\": 1, \"vocab_size\": 4, \"multiple_of\": 8, \"ffn_dim_multiplier\": 1.5, \"norm_eps\": 1e-5, \"rope_theta\": 500000.0}";

    private const string Config = "{\"architectures\": [\"LlamaForCausalLM\"], \"model_type\": \"llama\", \"hidden_size\": 8, \"num_hidden_layers\": 1, \"num_attention_heads\": 2, "
        + "\"num_key_value_heads\": 1, \"vocab_size\": 4, \"intermediate_size\": 32, \"rms_norm_eps\": 1e-5, \"rope_theta\": 500000.0, \"eos_token_id\": [1, 2]}";

    private static readonly string[] Scaling =
    [
        "\"rope_scaling\": {", "\"rope_parameters\": {", "\"rope_type\": \"llama3\"", "\"factor\": 8.0", "\"low_freq_factor\": 1.0", "\"high_freq_factor\": 4.0", "\"original_max_position_embeddings\": 8192",
        "\"linear\"", "\"head_dim\": ", "\"tie_word_embeddings\": true", "\"attention_bias\": true", "\"mlp_bias\": true", "\"hidden_act\": \"silu\"", "\"use_scaled_rope\": true", "\"rope_scaling_factor\": 32",
    ];

    private static readonly string[] Keys =
    [
        "general.architecture", "general.alignment", "llama.vocab_size", "llama.expert_count", "llama.attention.key_length", "llama.attention.scale", "llama.rope.dimension_count", "llama.rope.scaling.type",
        "llama.rope.scaling.factor", "llama.rope.scale_linear", "tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.pre", "tokenizer.chat_template", "split.count", "split.no",
        "llama-bpe", "gpt-2", "smollm", "linear", "a b", "ab c", "Ġ", "<|im_start|>", "rope_freqs.weight", "output.weight", "blk.0.attn_q.bias", "blk.1.attn_q.weight",
    ];

    private static readonly string[] TemplateWords =
        ["<|start_header_id|>", "<|im_start|>system\\n", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "'<|im_start|>system\nYou are<|im_end|>'", "Cutting Knowledge Date", "strftime_now", "{{ ", " }}"];

    /// <summary>The readers.</summary>
    public static IEnumerable<InputReader> In(DirectoryInfo folder)
    {
        (string Name, byte[] Content) meta = ("params.json", Bytes(Params)), hf = ("config.json", Bytes(Config));
        var model = ModelParams.Read(new MemoryStream(meta.Content), "");
        byte[] metas = Weights(model, name => name), own = Weights(model, HuggingFaceNames.Of);
        return
        [
            Of("params", "params.json", ("model.safetensors", metas)) with { Words = Scaling },
            Of("config", "config.json", ("model.safetensors", own)) with { Words = Scaling },
            Of("weights", "model.safetensors", hf) with { Form = HeaderForm.Safetensors, Words = ["model.layers.1.", "model.layers.0.self_attn.q_proj.bias", "lm_head.weight", "\"F16\"", "\"I8\""] },
            Of("index", "model.safetensors.index.json", hf, ("model-00001-of-00001.safetensors", own)) with { Words = ["\"weight_map\": {", "model-00001-of-00001.safetensors", "lm_head.weight"], File = "folder" },
            Of("meta-weights", "consolidated.00.pth", meta) with { Form = new ZipForm(Form.Bytes), Words = DumpReaders.Pickle, MostMemory = DumpReaders.Unpickled, MostMemoryPerByte = DumpReaders.UnpickledPerByte },
            new("pth", "x.pth", ReadPth) { Form = new ZipForm(Form.Bytes), Words = DumpReaders.Pickle, MostMemory = DumpReaders.Unpickled, MostMemoryPerByte = DumpReaders.UnpickledPerByte },
            new("gguf", "model.gguf", input => Read(new(name => name == "model.gguf" ? new MemoryStream(input) : null, "", gguf: "model.gguf"), TokenizerUse.Needed))
            {
                Form = new GgufForm(), Words = Keys, MostBytes = 20_000, MostMemory = ManyLayers,
            },
            .. Texts(),
        ];
    }

    /// <summary>What a folder of Hugging Face says of texts.</summary>
    private static IEnumerable<InputReader> Texts()
    {
        yield return new("generation-config", "generation_config.json", input => HuggingFaceTexts.StopIds(Files(("generation_config.json", input)))) { Words = ["\"eos_token_id\": ["] };
        yield return OfTemplate("tokenizer-config", "tokenizer_config.json") with { Words = [.. TemplateWords, "\"chat_template\": ", "[{\"name\": \"default\", \"template\": \""] };
        yield return OfTemplate("chat-template", "chat_template.jinja") with { Words = TemplateWords };
    }

    private static InputReader OfTemplate(string name, string file) => new(name, file, input =>
    {
        if (HuggingFaceTexts.Template(Files((file, input))) is not var (template, path)) { return; }
        ChatTemplate.Read(template, SpecialTokens.Named, path)(TokenizerReaders.Bytes, [new("system", "a"), new("user", "b")]);
    });

    private static InputReader Of(string name, string file, params (string Name, byte[] Content)[] others) =>
        new(name, file, input => Read(Files([.. others, (file, input)]), TokenizerUse.None)) { MostMemory = ManyLayers };

    private static CheckpointFiles Files(params (string Name, byte[] Content)[] files) =>
        new(name => Array.Find(files, file => file.Name == name).Content is { } content ? new MemoryStream(content) : null, "folder");

    /// <summary>As "inspect" does, with a list of all problems; and as all others do, with its tokenizer and each number.</summary>
    private static void Read(CheckpointFiles files, TokenizerUse use)
    {
        CheckpointContent.Open(files, Problems.ListedIn([]), use).Dispose();
        using var content = CheckpointContent.Open(files, Problems.Thrown, use);
        _ = content.StopIds.Count();
        foreach (var weight in content.Weights!.All)
        {
            using var tensor = weight.read();
            if (tensor.ToSingles().LongLength != weight.info.shape.Aggregate(1L, (product, size) => product * size)) { throw new InvalidOperationException($"{weight.stored_name} is not {weight.info}"); }
        }
        content.Tokenizer?.decode(content.Tokenizer.encode("abc ab<|endoftext|>", allowed_special: true));
    }

    private static void ReadPth(byte[] input)
    {
        using var file = new PthFile(new MemoryStream(input), "x.pth");
        foreach (var name in file.names) { file.read(name).ToSingles(); }
    }

    private static byte[] Weights(ModelParams model, Func<string, string> name)
    {
        var file = new MemoryStream();
        SafetensorsWriter.Write(file, model.tensor_shapes.Select(entry =>
            new SafetensorsTensor(name(entry.Key), Dtype.BF16, entry.Value, [new byte[Dtype.BF16.ByteLength(entry.Value)!.Value]])));
        return file.ToArray();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
