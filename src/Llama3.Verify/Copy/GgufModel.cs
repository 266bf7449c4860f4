using Llama3.Formats.Checkpoints;
using Llama3.Formats.Gguf;
using Llama3.Formats.Tokenizers;

namespace Llama3.Verify.Copy;

/// <summary>Writes a model as a GGUF file, for llama.cpp: metadata, vocabulary, and weights in a type of the caller's choice.</summary>
internal static class GgufModel
{
    private const int Control = 3, Normal = 1, Unused = 5;

    /// <summary>Writes the whole file.</summary>
    public static void Write(Stream stream, Checkpoint checkpoint, Vocabulary vocabulary, string name, GgufType type) => GgufWriter.Write(
        stream,
        [.. General(name, type), .. Model(checkpoint.Params), .. Tokenizer(vocabulary, checkpoint.Params.vocab_size)],
        [.. Tensors(checkpoint, type)]);

    private static IEnumerable<KeyValuePair<string, object>> General(string name, GgufType type) =>
    [
        new("general.architecture", "llama"),
        new("general.type", "model"),
        new("general.name", name),
        new("general.file_type", type.FileType),
        new("general.quantization_version", 2u),
    ];

    private static IEnumerable<KeyValuePair<string, object>> Model(ModelParams model) => new (string Key, object Value)[]
    {
        ("context_length", (uint)HuggingFaceConfigJson.MostPositions(model)),
        ("embedding_length", (uint)model.dim),
        ("block_count", (uint)model.n_layers),
        ("feed_forward_length", (uint)model.ffn_dim),
        ("attention.head_count", (uint)model.n_heads),
        ("attention.head_count_kv", (uint)model.n_kv_heads),
        ("attention.key_length", (uint)model.head_dim),
        ("attention.value_length", (uint)model.head_dim),
        ("attention.layer_norm_rms_epsilon", (float)model.norm_eps),
        ("rope.dimension_count", (uint)model.head_dim),
        ("rope.freq_base", (float)model.rope_theta),
        ("vocab_size", (uint)model.vocab_size),
    }.Select(field => KeyValuePair.Create(GgufConfig.Key(field.Key), field.Value));

    /// <summary>Ids without a token have a name of their own each: llama.cpp refuses a name that comes twice.</summary>
    private static IEnumerable<KeyValuePair<string, object>> Tokenizer(Vocabulary vocabulary, int vocab_size)
    {
        var (tokens, types) = (Enumerable.Range(0, vocab_size).Select(id => $"[unused {id}]").ToArray(), Enumerable.Repeat(Unused, vocab_size).ToArray());
        foreach (var (token, rank) in vocabulary.Ranks) { (tokens[rank], types[rank]) = (ByteLetters.Spell(token), Normal); }
        foreach (var (token, id) in SpecialTokens.Ids) { (tokens[id], types[id]) = (token, Control); }
        return new (string Key, object Value)[]
        {
            ("model", "gpt2"),
            ("pre", "llama-bpe"),
            ("tokens", tokens),
            ("token_type", types),
            ("merges", HuggingFaceTokenizer.Merges(vocabulary).ToArray()),
            ("bos_token_id", (uint)SpecialTokens.Ids[HuggingFaceFolder.Begin]),
            ("eos_token_id", (uint)SpecialTokens.Ids[HuggingFaceFolder.End]),
            ("add_bos_token", true),
        }.Select(field => KeyValuePair.Create($"tokenizer.ggml.{field.Key}", field.Value));
    }

    private static IEnumerable<GgufTensorToWrite> Tensors(Checkpoint checkpoint, GgufType type) =>
    [
        .. RopeFreqs(checkpoint.Params) is { } divisors ? [GgufType.F32.Tensor(GgufNames.RopeFreqs, divisors)] : Array.Empty<GgufTensorToWrite>(),
        .. checkpoint.Params.stored_tensors.Select(tensor => (tensor.Value.Length == 1 ? GgufType.F32 : type).Tensor(GgufNames.All.Of(tensor.Key), checkpoint.weight(tensor.Key))),
    ];

    /// <summary>What each frequency is divided by; null where RoPE is not scaled.</summary>
    private static Tensor? RopeFreqs(ModelParams model) => model.rope_scaling is Llama3RopeScaling scaling
        ? torch.tensor(Enumerable.Range(0, model.head_dim / 2).Select(pair => (float)scaling.DivisorOf(model.FrequencyOf(pair))).ToArray())
        : null;
}
