using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>The parameters of a GGUF file's model.</summary>
public sealed class GgufConfigTests
{
    private static readonly OrderedDictionary<string, (GgufBytes File, string Message)> Cases = new()
    {
        ["another architecture"] = (With("general.architecture", "qwen2"), "\"general.architecture\" is \"qwen2\", expected \"llama\": only GGUF files of the architecture \"llama\" can be read"),
        ["no architecture"] = (Without("general.architecture"), "\"general.architecture\" is missing, expected a text"),
        ["an adapter"] = (With("general.type", "adapter"), "\"general.type\" is \"adapter\", expected \"model\": adapters and projectors are not whole models"),
        ["experts"] = (With("llama.expert_count", 8u), "\"llama.expert_count\" is 8, expected 0: a mixture of experts cannot be read, *"),
        ["a scale of the scores"] = (With("llama.attention.scale", 0.5f), "\"llama.attention.scale\" is 0.5, expected no such field: *"),
        ["a scale of the logits"] = (With("llama.logit_scale", 8f), "\"llama.logit_scale\" is 8, expected no such field: *"),
        ["no dim"] = (Without("llama.embedding_length"), "\"llama.embedding_length\" is missing, expected an integer from 1 to 65536"),
        ["no layers"] = (Without("llama.block_count"), "\"llama.block_count\" is missing, expected an integer from 1 to 1024"),
        ["0 layers"] = (With("llama.block_count", 0u), "\"llama.block_count\" is 0, expected *"),
        ["2^64 - 1 layers"] = (With("llama.block_count", ulong.MaxValue), "\"llama.block_count\" is 18446744073709551615, expected *"),
        ["no heads"] = (Without("llama.attention.head_count"), "\"llama.attention.head_count\" is missing, expected an integer from 1 to 1024"),
        ["heads for each layer"] = (With("llama.attention.head_count", (uint[])[2]), "\"llama.attention.head_count\" is \"an array of 1\", expected an integer from 1 to 1024"),
        ["key heads for each layer"] = (With("llama.attention.head_count_kv", (uint[])[1]), "\"llama.attention.head_count_kv\" is \"an array of 1\", expected *"),
        ["a width for each layer"] = (With("llama.feed_forward_length", (uint[])[32]), "\"llama.feed_forward_length\" is \"an array of 1\", expected *"),
        ["no width"] = (Without("llama.feed_forward_length"), "\"llama.feed_forward_length\" is missing, expected *"),
        ["no epsilon"] = (Without("llama.attention.layer_norm_rms_epsilon"), "\"llama.attention.layer_norm_rms_epsilon\" is missing, expected a number above 0, at most 1"),
        ["an epsilon that is not a number"] = (With("llama.attention.layer_norm_rms_epsilon", float.NaN), "\"llama.attention.layer_norm_rms_epsilon\" is \"NaN\", expected *"),
        ["an infinite theta"] = (With("llama.rope.freq_base", float.PositiveInfinity), "\"llama.rope.freq_base\" is \"Infinity\", expected *"),
        ["3 heads"] = (With("llama.attention.head_count", 3u), "\"llama.embedding_length\" is 32, expected a multiple of \"llama.attention.head_count\" (3)"),
        ["2 heads for 3"] = (With("llama.attention.head_count_kv", 3u), "\"llama.attention.head_count\" is 2, expected a multiple of \"llama.attention.head_count_kv\" (3)"),
        ["more heads than numbers"] = (With("llama.attention.head_count", 64u), "\"llama.embedding_length\" is 32, expected a multiple of *"),
        ["an odd head"] = (With("llama.attention.key_length", 15u), "\"llama.attention.key_length\" is 15, expected an even number: RoPE rotates pairs"),
        ["keys longer than values"] = (With("llama.attention.key_length", 8u).With("llama.attention.value_length", 16u), "\"llama.attention.value_length\" is 16, expected 8, as many as a head has"),
        ["a part of a head that rotates"] = (With("llama.rope.dimension_count", 8u), "\"llama.rope.dimension_count\" is 8, expected 16, as many as a head has"),
        ["no embedding table"] = (TinyGguf.Keys(), "model.gguf holds no token_embd.weight, a matrix of at most 1048576 rows: the embedding table"),
        ["an embedding table that is a row"] = (TinyGguf.Keys().Tensor("token_embd.weight", 0, [4], new byte[16]), "model.gguf holds no token_embd.weight, a matrix *"),
        ["too many ids"] = (TinyGguf.Keys().Tensor("token_embd.weight", 0, [1, (1 << 20) + 1], new byte[(1 << 22) + 4]), "model.gguf holds no token_embd.weight, a matrix *"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact(DisplayName = "GGUF: the parameters of a model")]
    public void Whole() => TinyGguf.Params(TinyGguf.Model()).Should().Be(
        new ModelParams(32, 1, 2, 1, 8, null, null, 1e-5, 500_000) { intermediate_size = 32, tie_word_embeddings = true });

    [Fact(DisplayName = "GGUF: what may be missing, with llama.cpp's defaults")]
    public void Defaults()
    {
        var read = TinyGguf.Params(Without("llama.attention.head_count_kv").Without("llama.rope.freq_base"));
        (read.n_kv_heads, read.rope_theta).Should().Be((2, 10_000));
    }

    [Fact(DisplayName = "GGUF: what may be there too")]
    public void Harmless() => TinyGguf.Params(With("llama.expert_count", 0u).With("general.type", "model").With("llama.attention.key_length", 16u)
        .With("llama.attention.value_length", 16u).With("llama.rope.dimension_count", 16u).With("llama.vocab_size", 7u)
        .With("general.tags", (string[])["a"]).With("general.checksum", ulong.MaxValue)).Should().Be(TinyGguf.Params(TinyGguf.Model()));

    [Fact(DisplayName = "GGUF: heads of a length of their own, an output matrix, biases")]
    public void Others()
    {
        var read = TinyGguf.Params(With("llama.attention.key_length", 64u).With("llama.attention.value_length", 64u)
            .Tensor("output.weight", 0, [TinyGguf.Dim, 8], new byte[TinyGguf.Dim * 8 * 4]).Tensor("blk.0.attn_q.bias", 0, [1], new byte[4]));
        (read.head_dim, read.tie_word_embeddings, read.attention_bias, read.mlp_bias).Should().Be((64, false, true, false));
        TinyGguf.Params(TinyGguf.Model().Tensor("blk.0.ffn_gate.bias", 0, [1], new byte[4])).mlp_bias.Should().BeTrue();
    }

    [Theory(DisplayName = "GGUF: parameters are refused:"), MemberData(nameof(Names))]
    public void Refused(string what)
    {
        var (file, message) = Cases[what];
        BadInput.IsRefused(() => TinyGguf.Params(file), message.StartsWith(TinyGguf.Name, StringComparison.Ordinal) ? message : $"{TinyGguf.Name}: {message}");
    }

    private static GgufBytes With(string key, object value) => TinyGguf.Model().With(key, value);

    private static GgufBytes Without(string key) => TinyGguf.Model().Without(key);
}
