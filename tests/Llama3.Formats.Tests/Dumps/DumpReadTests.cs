using Llama3.Formats.Dumps;

namespace Llama3.Formats.Tests.Dumps;

public class DumpReadTests
{
    public static TheoryData<string> Dumps => [.. DumpCases.All.Keys];

    [Theory(DisplayName = "dumps: every dtype and shape is read as numpy and torch read it"), MemberData(nameof(Dumps))]
    public void As_numpy(string name)
    {
        using var dump = Dump.Open(DumpCases.PathOf(name));
        dump.Entries.Select(entry => entry.Name).Should().BeEquivalentTo(DumpCases.All[name].Keys);
        foreach (var entry in dump.Entries)
        {
            var expected = DumpCases.All[name][entry.Name];
            entry.Dtype.Should().Be(expected.Dtype);
            entry.Shape.Should().Equal(expected.shape);
            using var tensor = dump.Read(entry);
            tensor.dtype.Should().Be(expected.ReadAs, "that is what {0} becomes", entry);
            tensor.shape.Should().Equal(expected.shape);
            if (expected.ReadAs == ScalarType.Int64) { tensor.ToInt64s().Should().Equal(expected.Integers, "so numpy reads {0}", entry); }
            else { Bits(tensor.ToSingles()).Should().Equal(Bits(expected.Singles), "so numpy reads {0}", entry); }
        }
    }

    [Theory(DisplayName = "dumps: the format of a dump, and the order of its tensors")]
    [InlineData("types.safetensors", "safetensors", "F64 F32 F16 C64")]
    [InlineData("npy", "folder of .npy", "BOOL C128 C64 F16")]
    [InlineData("raw", "folder of raw files with manifest.json", "F64 F32 F16 C64")]
    [InlineData("stored.npz", "npz", "F64 F32 F16 C64")]
    [InlineData("deflated.npz", "npz", "F64 F32 F16 C64")]
    [InlineData("types.pt", "torch.save", "F64 F32 F16 C64")]
    [InlineData("views.pt", "torch.save", "transposed columns tokens whole")]
    [InlineData("types.gguf", "GGUF", "F32 F16 I8 I16")]
    [InlineData("shapes", "folder of raw files with a .json each", "BF16 F16 F32 I32")]
    [InlineData("passes", "passes, each a folder of .npy", "decode.0.tokens tokens run.1.decode.0.tokens")]
    public void Formats(string name, string format, string first)
    {
        using var dump = Dump.Open(DumpCases.PathOf(name));
        dump.Path.Should().Be(DumpCases.PathOf(name));
        dump.Format.Should().Be(format);
        dump.Entries.Select(entry => entry.Name).Take(4).Should().Equal(first.Split(' '));
    }

    /// <summary>-0 differs from 0; all NaN are one.</summary>
    private static IEnumerable<uint> Bits(IEnumerable<float> values) =>
        values.Select(value => BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value));
}
