using Llama3.Formats.Dumps;
using Llama3.Formats.Tests.Gguf;

namespace Llama3.Formats.Tests.Dumps;

public sealed class GgufDumpTests : IDisposable
{
    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = ".gguf dump: numbers in blocks are expanded")]
    public void Blocks()
    {
        byte[] block = [0x00, 0x3C, .. Enumerable.Range(0, 32).Select(i => (byte)i)]; // Q8_0: 1 times 0 to 31
        using var dump = Open(new GgufBytes().Tensor("k_cache", 8, [32, 1], block));
        dump.Entries[0].ToString().Should().Be("k_cache F32 [1, 32]");
        dump.Read(dump.Entries[0]).ToSingles().Should().Equal(Enumerable.Range(0, 32).Select(i => (float)i));
    }

    [Fact(DisplayName = ".gguf dump: weights are refused, whether the file says of which architecture or not")]
    public void Weights()
    {
        const string Message = ", not what it computes: token_embd.weight, …; expected tensors by the names of steps, such as layers.0.q_per_token";
        var weights = new GgufBytes().Tensor("token_embd.weight", 0, [1], new byte[4]).Tensor("blk.0.attn_q.bias", 0, [1], new byte[4]);
        Refused(weights, $"that holds the weights of a model{Message}");
        Refused(weights.With("general.architecture", "llama"), $"that holds the weights of a model of the architecture \"llama\"{Message}");
        Refused(TinyGguf.Model(), "that holds the weights of a model of the architecture \"llama\", *");
    }

    [Fact(DisplayName = ".gguf dump: weights beside results are read")]
    public void Weights_and_results()
    {
        using var dump = Open(new GgufBytes().With("general.architecture", "llama")
            .Tensor("blk.0.attn_q.weight", 0, [1], new byte[4]).Tensor("tokens", 27, [2], new byte[16]));
        dump.Entries.Select(entry => $"{entry}").Should().Equal("blk.0.attn_q.weight F32 [1]", "tokens I64 [2]");
    }

    [Fact(DisplayName = ".gguf dump: no tensors, as in a file of a vocabulary")]
    public void No_tensors() => Refused(new GgufBytes().With("general.architecture", "llama"), "the file holds no tensors, expected tensors by *");

    [Fact(DisplayName = ".gguf dump: a tensor twice, or cut off")]
    public void Damaged()
    {
        var file = new GgufBytes().Tensor("w", 0, [1], new byte[4]);
        _folder.IsRefused(_folder.Write("x.gguf", file.ToArray()[..^1]), "/x.gguf: the tensor w takes 4 bytes at 0, but 3 follow the header; is the file cut off?");
        Refused(file.Tensor("w", 0, [1], new byte[4]), "the tensor w comes twice");
    }

    [Fact(DisplayName = ".gguf dump: a file that shrinks")]
    public void Shrinking_file()
    {
        using var dump = Open(new GgufBytes().Tensor("w", 0, [2], new byte[8]));
        using (var file = File.Open(_folder.PathOf("x.gguf"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) { file.SetLength(file.Length - 1); }
        BadInput.IsRefused(() => dump.Read(dump.Entries[0]), "*x.gguf: w ends early: the file has become shorter since it was opened");
    }

    private Dump Open(GgufBytes file) => Dump.Open(_folder.Write("x.gguf", file.ToArray()));

    private void Refused(GgufBytes file, string expected) => _folder.IsRefused(_folder.Write("x.gguf", file.ToArray()), $"/x.gguf: {expected}");
}
