using System.Text;
using Llama3.Formats.Numbers;
using Llama3.Formats.Safetensors;

namespace Llama3.Formats.Tests.Safetensors;

public sealed class SafetensorsWriterTests
{
    [Fact(DisplayName = ".safetensors: a written file, byte for byte")]
    public void Byte_for_byte()
    {
        const string Header = """
            {"__metadata__":{"by":"hand"},"w":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"n":{"dtype":"BF16","shape":[3],"data_offsets":[8,14]}}
            """;
        var file = Written(
            [new("n", Dtype.BF16, [3], [new byte[] { 1, 2 }, new byte[] { 3, 4, 5, 6 }]), new("w", Dtype.I64, [], [BitConverter.GetBytes(-1L)])],
            new Dictionary<string, string> { ["by"] = "hand" });
        byte[] length = [144, 0, 0, 0, 0, 0, 0, 0];
        byte[] numbers = [255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4, 5, 6];
        file.Should().Equal([.. length, .. Encoding.ASCII.GetBytes(Header + "       "), .. numbers]);
    }

    [Fact(DisplayName = ".safetensors: tensors of every dtype are read as they were written")]
    public void Every_dtype()
    {
        var bf16 = torch.tensor([1f, -2, 3.140625f, float.NegativeInfinity]).to_type(bfloat16);
        var complex = torch.view_as_complex(torch.tensor([1f, 2, 3, 4], [2, 2]));
        var read = SafetensorsFile.ReadAll(Written([
            SafetensorsTensor.Of("bf16", bf16),
            SafetensorsTensor.Of("f32", torch.tensor([0.1f, -0.2f], [2, 1])),
            SafetensorsTensor.Of("scalar", torch.tensor([7L]).reshape([])),
            SafetensorsTensor.Of("complex", complex),
            SafetensorsTensor.Of("view", torch.tensor([1f, 2, 3, 4, 5, 6], [2, 3]).transpose(0, 1)),
        ]), "x.safetensors");
        read.Select(entry => (entry.Key, entry.Value.dtype)).Should().BeEquivalentTo([
            ("bf16", bfloat16), ("f32", float32), ("scalar", int64), ("complex", complex64), ("view", float32)]);
        read["bf16"].ToSingles().Should().Equal(1, -2, 3.140625f, float.NegativeInfinity);
        read["f32"].ToSingles().Should().Equal(0.1f, -0.2f);
        read["scalar"].item<long>().Should().Be(7);
        read["complex"].ToSingles().Should().Equal(1, 2, 3, 4);
        read["view"].ToSingles().Should().Equal(1, 4, 2, 5, 3, 6);
        read["view"].shape.Should().Equal(3, 2);
    }

    [Fact(DisplayName = ".safetensors: a tensor that is written in several pieces")]
    public void Several_pieces()
    {
        var rows = torch.arange(3_000_000, dtype: float32).reshape([1_000_000, 3]);
        var read = SafetensorsFile.ReadAll(Written([SafetensorsTensor.Of("rows", rows)]), "x.safetensors")["rows"];
        read.shape.Should().Equal(1_000_000, 3);
        read.ToSingles().ShouldEqual([.. Enumerable.Range(0, 3_000_000).Select(i => (float)i)]);
    }

    [Theory(DisplayName = ".safetensors: what would give a broken file is not written:")]
    [InlineData("F32", 2, 4, "w has 4 bytes; F32 [2] takes 8*")]
    [InlineData("F32", 2, 12, "w has 12 bytes; F32 [2] takes 8*")]
    [InlineData("C128", 2, 32, "w has dtype C128, which .safetensors files do not have*")]
    public void Broken(string dtype, long size, int bytes, string expected)
    {
        var write = () => Written([new("w", Enum.Parse<Dtype>(dtype), [size], [new byte[bytes]])]);
        write.Should().Throw<ArgumentException>().WithMessage(expected);
    }

    [Fact(DisplayName = ".safetensors: no two tensors of the same name")]
    public void Same_name()
    {
        var one = new SafetensorsTensor("w", Dtype.U8, [1], [new byte[1]]);
        var write = () => Written([one, one]);
        write.Should().Throw<ArgumentException>();
    }

    private static byte[] Written(IEnumerable<SafetensorsTensor> tensors, Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }
}
