using System.Runtime.InteropServices;
using System.Text;

namespace Llama3.Verify.Tests.Copy;

public sealed class Llama2cTests
{
    private const int HeaderBytes = 7 * sizeof(int);

    private static readonly byte[] Model = Exported.Read("llama2c", "model.bin");

    private static ReadOnlySpan<float> Numbers => MemoryMarshal.Cast<byte, float>(Model.AsSpan(HeaderBytes));

    [Fact(DisplayName = "llama2c: the header of model.bin")]
    public void Header() =>
        MemoryMarshal.Cast<byte, int>(Model.AsSpan(0, HeaderBytes)).ToArray().Should().Equal(80, 288, 3, 8, 2, -128256, 2048);

    [Theory(DisplayName = "llama2c: where each weight begins in model.bin, counted in numbers after the header")]
    [InlineData(0, "tok_embeddings.weight")]
    [InlineData(10_260_480, "layers.0.attention_norm.weight")] // 128256 · 80
    [InlineData(10_260_640, "layers.2.attention_norm.weight")]
    [InlineData(10_260_720, "layers.0.attention.wq.weight")] // + 3 · 80
    [InlineData(10_267_120, "layers.1.attention.wq.weight")]
    [InlineData(10_279_920, "layers.0.attention.wk.weight")] // + 3 · 80 · 80
    [InlineData(10_284_720, "layers.0.attention.wv.weight")] // + 3 · 20 · 80
    [InlineData(10_289_520, "layers.0.attention.wo.weight")] // + 3 · 20 · 80
    [InlineData(10_308_720, "layers.0.ffn_norm.weight")] // + 3 · 80 · 80
    [InlineData(10_308_960, "layers.0.feed_forward.w1.weight")] // + 3 · 80
    [InlineData(10_378_080, "layers.0.feed_forward.w2.weight")] // + 3 · 288 · 80
    [InlineData(10_447_200, "layers.0.feed_forward.w3.weight")] // + 3 · 288 · 80
    [InlineData(10_493_280, "layers.2.feed_forward.w3.weight")]
    [InlineData(10_516_320, "norm.weight")] // + 3 · 288 · 80
    [InlineData(10_536_880, "output.weight")] // + 80, and twice 2048 · 5
    public void Weights(int begin, string name)
    {
        var weight = Micro.Checkpoint.weight(name).ToSingles();
        Numbers.Slice(begin, weight.Length).SequenceEqual(weight).Should().BeTrue();
    }

    [Fact(DisplayName = "llama2c: nothing follows the output weights")]
    public void Length() => Model.Length.Should().Be(28 + (4 * (10_536_880 + 10_260_480)));

    [Theory(DisplayName = "llama2c: cosines and sines of the rotations, as PyTorch computes them in llama2.c's model.py with rope_theta 500000")]
    [InlineData(0, new[] { 1f, 1, 1, 1, 1 }, new[] { 0f, 0, 0, 0, 0 })]
    [InlineData(
        1, new[] { 0.54030234f, 0.9973746f, 0.99998623f, 0.99999994f, 1 },
        new[] { 0.84147096f, 0.072414817f, 0.0052530314f, 0.00038073066f, 0.000027594589f })]
    [InlineData(
        2047, new[] { 0.24971525f, -0.75997204f, -0.24019746f, 0.71136653f, 0.9984051f },
        new[] { -0.9683193f, -0.6499558f, -0.97072405f, 0.7028212f, 0.05645609f })]
    public void Rotations(int position, float[] cos, float[] sin)
    {
        var tables = Numbers[10_516_400..].ToArray();
        foreach (var pair in Enumerable.Range(0, 5))
        {
            tables[(5 * position) + pair].Should().BeApproximately(cos[pair], 1e-6f);
            tables[(5 * (2048 + position)) + pair].Should().BeApproximately(sin[pair], 1e-6f);
        }
    }

    [Fact(DisplayName = "llama2c: tokenizer.bin gives every id its bytes, and earlier ranks higher scores")]
    public void Tokenizer()
    {
        using var reader = new BinaryReader(new MemoryStream(Exported.Read("llama2c", "tokenizer.bin")));
        var longest = reader.ReadInt32();
        var tokens = new List<byte[]>();
        for (var id = 0; id < 128_256; id++)
        {
            reader.ReadSingle().Should().Be(-id);
            tokens.Add(reader.ReadBytes(reader.ReadInt32()));
        }
        reader.BaseStream.Position.Should().Be(reader.BaseStream.Length);
        tokens.Max(token => token.Length).Should().Be(longest);
        new[] { 2983, 1820, 220, 188, 128_000, 128_255, 100_000 }.Select(id => Encoding.UTF8.GetString(tokens[id]))
            .Should().Equal("42", "the", " ", "\0", "<|begin_of_text|>", "<|reserved_special_token_250|>", "\0");
        tokens.Count(token => token is not [0]).Should().Be(4148 - 1 + 256, "the excerpt has 4148 tokens, one of them a zero byte");
    }
}
