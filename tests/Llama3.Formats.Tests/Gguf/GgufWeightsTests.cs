using Llama3.Formats.Checkpoints;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>The tensors of a GGUF file against its parameters.</summary>
public sealed class GgufWeightsTests
{
    private static readonly OrderedDictionary<string, (GgufBytes File, string Message)> Cases = new()
    {
        ["a layer too many"] = (With("blk.1.attn_q.weight"), "holds blk.1.attn_q.weight, but \"llama.block_count\" of model.gguf is 1: expected no layer beyond 0"),
        ["a layer too few"] = (TinyGguf.Model().With("llama.block_count", 2u), "holds no tensor blk.1.attn_q.weight, which model.gguf calls for (and 8 more are missing); it holds 11: token_embd.weight, *"),
        ["another width"] = (TinyGguf.Model().With("llama.feed_forward_length", 64u), "blk.0.ffn_gate.weight has the shape [32, 32], expected [64, 32] according to model.gguf"),
        ["a bias that others lack"] = (With("blk.0.attn_k.bias"), "holds blk.0.attn_k.bias, though not all biases of its kind"),
        ["a bias that others have"] = (With("blk.0.attn_q.bias"), "holds no tensor blk.0.attn_k.bias, which model.gguf calls for (and 2 more are missing); *"),
        ["another number for layer 0"] = (With("blk.00.attn_q.weight"), "holds blk.00.attn_q.weight, which Llama 3 does not have: *"),
        ["a norm that Llama 3 lacks"] = (With("blk.0.attn_q_norm.weight"), "holds blk.0.attn_q_norm.weight, which Llama 3 does not have: *"),
        ["Meta's name"] = (With("tok_embeddings.weight"), "holds tok_embeddings.weight, and so does model.gguf"),
        ["control characters"] = (With("a\nb.weight"), "holds a?b.weight, which Llama 3 does not have: *"),
        ["too many tokens"] = (TinyGguf.Model().With("tokenizer.ggml.tokens", (string[])["1", .. "abcdefgh".Select(letter => $"{letter}")])
            .With("tokenizer.ggml.token_type", (int[])[3, 1, 1, 1, 1, 1, 1, 1, 1]).With("tokenizer.ggml.merges", Array.Empty<string>()),
            "\"token_embd.weight\" is 8, expected at least 9, the number of token ids of tokenizer.ggml.tokens of model.gguf with its special tokens"),
        ["no vocabulary"] = (TinyGguf.Model().Without("tokenizer.ggml.model"), "\"tokenizer.ggml.model\" is missing, expected a text"),
        ["a vocabulary of SentencePiece"] = (TinyGguf.Model().With("tokenizer.ggml.model", "llama"), "tokenizer.ggml.model is \"llama\", expected \"gpt2\"; *"),
        ["tokens that are numbers"] = (TinyGguf.Model().With("tokenizer.ggml.tokens", (int[])[1, 2]), "\"tokenizer.ggml.tokens\" is an array of Int32, expected one of texts"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory(DisplayName = "GGUF: tensors and vocabulary do not fit the parameters:"), MemberData(nameof(Names))]
    public void Refused(string what) => BadInput.IsRefused(
        () => CheckpointContent.Open(TinyGguf.Files(Cases[what].File.ToArray()), Problems.Thrown), $"model.gguf*{Cases[what].Message}");

    [Fact(DisplayName = "GGUF: a tied output matrix is the embedding table; rope_freqs and what is no weight do no harm")]
    public void Accepted()
    {
        var file = With("something").Tensor("rope_freqs.weight", 0, [8], [.. Enumerable.Repeat(2f, 8).SelectMany(BitConverter.GetBytes)]);
        using var content = CheckpointContent.Open(TinyGguf.Files(file.ToArray()), Problems.Thrown);
        var (output, table) = (content.Weights!.Find("output.weight")!, content.Weights.Find("tok_embeddings.weight")!);
        (output.stored_name, output.info).Should().Be(("token_embd.weight", table.info));
        content.Tokenizer!.encode("abcab").Should().Equal(5, 4);
    }

    [Fact(DisplayName = "GGUF: an inspection lists all problems of the parameters and the vocabulary, and the tensors")]
    public void Inspected()
    {
        using var folder = new TemporaryFolder().Write("x.gguf", TinyGguf.Model().Without("llama.block_count").With("tokenizer.ggml.pre", "?").ToArray());
        var inspection = CheckpointInspection.Of(folder["x.gguf"]);
        inspection.Problems.Should().HaveCount(2);
        (inspection.Layout, inspection.Tensors.Count).Should().Be(("gguf", 11));
    }

    private static GgufBytes With(string tensor) => TinyGguf.Model().Tensor(tensor, 0, [1], new byte[4]);
}
