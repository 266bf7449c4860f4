using System.Buffers.Binary;
using System.Text;
using Llama3.Formats.Safetensors;

namespace Llama3.Formats.Tests.Safetensors;

public class SafetensorsTests
{
    /// <summary>One tensor of each dtype, a scalar and two empty ones; the widest first, as the format advises.</summary>
    private static readonly byte[] Sound = File(
        """
        {"__metadata__": {"made": "by hand"},
         "c64": {"dtype": "C64", "shape": [1, 2], "data_offsets": [16, 32]},
         "i64": {"dtype": "I64", "shape": [2], "data_offsets": [0, 16]},
         "f32": {"dtype": "F32", "shape": [3], "data_offsets": [36, 48]},
         "scalar": {"dtype": "F32", "shape": [], "data_offsets": [32, 36]},
         "empty": {"dtype": "F32", "shape": [0, 4], "data_offsets": [48, 48]},
         "no pairs": {"dtype": "C64", "shape": [3, 0], "data_offsets": [0, 0]},
         "bf16": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [48, 56]}}
        """,
        [
            .. new[] { long.MinValue, -2 }.SelectMany(BitConverter.GetBytes),
            .. new[] { 1f, -2, 3, 0.5f, 42, float.Pi, -0.1f, float.PositiveInfinity }.SelectMany(BitConverter.GetBytes),
            .. new ushort[] { 0x3F80, 0xC000, 0x4228, 0x7F80 }.SelectMany(BitConverter.GetBytes),
        ]);

    [Fact(DisplayName = ".safetensors: every dtype, a scalar and empty tensors")]
    public void Sound_file()
    {
        var tensors = SafetensorsFile.ReadAll(Sound, "x.safetensors");
        tensors.Keys.Should().Equal("c64", "i64", "f32", "scalar", "empty", "no pairs", "bf16");
        Is("i64", ScalarType.Int64, [2]).ToInt64s().Should().Equal(long.MinValue, -2);
        Is("c64", ScalarType.ComplexFloat32, [1, 2]).ToSingles().Should().Equal(1, -2, 3, 0.5f);
        Is("scalar", ScalarType.Float32, []).ToSingles().Should().Equal(42);
        Is("f32", ScalarType.Float32, [3]).ToSingles().Should().Equal(float.Pi, -0.1f, float.PositiveInfinity);
        Is("bf16", ScalarType.BFloat16, [2, 2]).ToSingles().Should().Equal(1, -2, 42, float.PositiveInfinity);
        Is("empty", ScalarType.Float32, [0, 4]).ToSingles().Should().BeEmpty();
        Is("no pairs", ScalarType.ComplexFloat32, [3, 0]).ToSingles().Should().BeEmpty();

        Tensor Is(string name, ScalarType dtype, long[] shape)
        {
            tensors[name].dtype.Should().Be(dtype);
            tensors[name].shape.Should().Equal(shape);
            return tensors[name];
        }
    }

    [Fact(DisplayName = ".safetensors: a file without tensors")]
    public void No_tensors() => SafetensorsFile.ReadAll(File("{}", []), "x.safetensors").Should().BeEmpty();

    [Theory(DisplayName = ".safetensors: a field that is missing or bad is named with its tensor")]
    [InlineData("""5""", "\"dtype\" of w is missing or bad, expected a text")]
    [InlineData("""null""", "\"dtype\" of w *")]
    [InlineData("""{"shape": [2], "data_offsets": [0, 8]}""", "\"dtype\" of w *")]
    [InlineData("""{"dtype": null, "shape": [2], "data_offsets": [0, 8]}""", "\"dtype\" of w *")]
    [InlineData("""{"dtype": 4, "shape": [2], "data_offsets": [0, 8]}""", "\"dtype\" of w *")]
    [InlineData("""{"dtype": "F8_E4M3", "shape": [8], "data_offsets": [0, 8]}""", "w has dtype F8_E4M3; expected one of F64, F32, F16, *")]
    [InlineData("""{"dtype": "\u001b[2J", "shape": [4], "data_offsets": [0, 8]}""", "w has dtype ?[2J; expected*")]
    [InlineData("""{"dtype": "F32", "data_offsets": [0, 8]}""", "\"shape\" of w is missing or bad, expected a list of at most 64 integers from 0 on")]
    [InlineData("""{"dtype": "F32", "shape": 2, "data_offsets": [0, 8]}""", "\"shape\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": ["2"], "data_offsets": [0, 8]}""", "\"shape\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": [2.5], "data_offsets": [0, 8]}""", "\"shape\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": [-1, -2], "data_offsets": [0, 8]}""", "\"shape\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": [9223372036854775808], "data_offsets": [0, 8]}""", "\"shape\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": [2]}""", "\"data_offsets\" of w is missing or bad, expected two integers from 0 on")]
    [InlineData("""{"dtype": "F32", "shape": [2], "data_offsets": [0]}""", "\"data_offsets\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": [2], "data_offsets": [0, 8, 8]}""", "\"data_offsets\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": [2], "data_offsets": {"0": 0, "1": 8}}""", "\"data_offsets\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}""", "\"data_offsets\" of w *")]
    [InlineData("""{"dtype": "F32", "shape": [2], "data_offsets": [0, 8e99]}""", "\"data_offsets\" of w *")]
    public void Bad_fields(string tensor, string expected) => Refused($$"""{"w": {{tensor}}}""", expected);

    [Theory(DisplayName = ".safetensors: shape and dtype must fill the bytes exactly, whatever the sizes")]
    [InlineData("[3]", 0, 8)]
    [InlineData("[1]", 0, 8)]
    [InlineData("[2]", 8, 0)]
    [InlineData("[0]", 0, 8)]
    [InlineData("[]", 0, 8)]
    [InlineData("[4611686018427387904, 4611686018427387904, 16]", 0, 0)]
    [InlineData("[4611686018427387904, 4]", 0, 0)]
    [InlineData("[4611686018427387904, 4611686018427387904, 0]", 0, 0)]
    [InlineData("[0, 4611686018427387904, 4611686018427387904]", 0, 0)]
    [InlineData("[9223372036854775807, 9223372036854775807, 9223372036854775807]", 0, long.MaxValue)]
    public void Bad_sizes(string shape, long begin, long end) => Refused(
        $$"""{"w": {"dtype": "F32", "shape": {{shape}}, "data_offsets": [{{begin}}, {{end}}]} }""",
        $"w has dtype F32 and shape {shape}, which does not fit the bytes {begin} to {end}");

    [Theory(DisplayName = ".safetensors: the tensors must follow each other without gaps and fill the file")]
    [InlineData(0, 4, 0, 4, "b begins at 0, expected 4, where the tensor before it ends")]
    [InlineData(0, 4, 5, 9, "b begins at 5, expected 4, *")]
    [InlineData(4, 8, 8, 12, "a begins at 4, expected 0, *")]
    [InlineData(0, 4, 2147483644, 2147483648, "b begins at 2147483644, expected 4, *")]
    [InlineData(4, 8, 0, 4, null)]
    public void Gaps(long a, long a_end, long b, long b_end, string? expected)
    {
        var header = $$"""
            {"a": {"dtype": "F32", "shape": [], "data_offsets": [{{a}}, {{a_end}}]},
             "b": {"dtype": "F32", "shape": [1], "data_offsets": [{{b}}, {{b_end}}]} }
            """;
        if (expected is null) { SafetensorsFile.ReadAll(File(header, new byte[8]), "x.safetensors").Should().HaveCount(2); }
        else { Refused(header, expected); }
    }

    [Theory(DisplayName = ".safetensors: numbers without a tensor and tensors without numbers are refused")]
    [InlineData("""{}""", "the tensors take 0 bytes, but 8 follow the header; is the file cut off?")]
    [InlineData("""{"w": {"dtype": "I64", "shape": [2], "data_offsets": [0, 16]}}""", "the tensors take 16 bytes, but 8 follow *")]
    public void Other_length(string header, string expected) => Refused(header, expected);

    [Theory(DisplayName = ".safetensors: a header that is not a JSON object is refused")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("\u0000{}")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("""{"w": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}, "w": 5}""")]
    [InlineData("""{"w": {"dtype": "I64", "dtype": "F32", "shape": [1], "data_offsets": [0, 8]}}""")]
    public void No_object(string header) => Refused(header, "the header is not a JSON object: *");

    [Theory(DisplayName = ".safetensors: the header must be within the file")]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(ulong.MaxValue)]
    public void Length_of_the_header(ulong length)
    {
        var file = File("{}", new byte[8]);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        BadInput.IsRefused(
            () => SafetensorsFile.ReadAll(file, "x.safetensors"),
            $"x.safetensors: the file has 18 bytes and promises a header of {length}; it is not a safetensors file, or cut off");
    }

    [Fact(DisplayName = ".safetensors: cut off anywhere")]
    public void Cut_off()
    {
        for (var length = 0; length < Sound.Length; length++)
        {
            BadInput.IsRefused(() => SafetensorsFile.ReadAll(Sound[..length], "x.safetensors"), "x.safetensors: *");
        }
    }

    private static byte[] File(string header, byte[] numbers)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. numbers];
    }

    /// <summary>A file with this header and eight bytes of numbers.</summary>
    private static void Refused(string header, string expected) =>
        BadInput.IsRefused(() => SafetensorsFile.ReadAll(File(header, new byte[8]), "x.safetensors"), $"x.safetensors: {expected}");
}
