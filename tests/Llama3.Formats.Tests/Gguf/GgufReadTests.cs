using Llama3.Formats.Gguf;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>Files that can be read.</summary>
public sealed class GgufReadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = ".gguf: a number of any type")]
    [InlineData((byte)200)]
    [InlineData((sbyte)100)]
    [InlineData((ushort)60_000)]
    [InlineData((short)30_000)]
    [InlineData(2_000_000_000u)]
    [InlineData(2_000_000_000)]
    [InlineData(2_000_000_000L)]
    [InlineData(2_000_000_000UL)]
    [InlineData(3f)]
    [InlineData(3d)]
    public void Numbers(object value) => Fields(new GgufBytes().With("n", value)).Whole("n", int.MaxValue).Should().Be(Convert.ToInt32(value, null));

    [Fact(DisplayName = ".gguf: float32 as the decimal number that was meant; float64; truth; texts of any script, empty too")]
    public void Others()
    {
        var fields = Fields(new GgufBytes().With("single", 1e-5f).With("double", 1e-5).With("yes", true).With("no", false).With("text", "宇宙 🦙").With("", ""));
        (fields.Number("single", 1), fields.Number("double", 1)).Should().Be((1e-5, 1e-5));
        (fields.IsTrue("yes"), fields.IsTrue("no"), fields.IsFalse("no")).Should().Be((true, false, true));
        (fields.Text("text"), fields.Text(""), fields.IsNull("none")).Should().Be(("宇宙 🦙", "", true));
    }

    [Theory(DisplayName = ".gguf: a number that is not used may be any: a count, an infinity")]
    [InlineData(ulong.MaxValue, "18446744073709551615")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    [InlineData(float.NegativeInfinity, "\"-Infinity\"")]
    [InlineData(double.NaN, "\"NaN\"")]
    public void Unused(object value, string shown)
    {
        var fields = Fields(new GgufBytes().With("n", value));
        BadInput.IsRefused(() => fields.Whole("n", 10), $"x.gguf: \"n\" is {shown}, expected an integer from 0 to 10");
    }

    [Fact(DisplayName = ".gguf: arrays of all types, and arrays of arrays, which are skipped")]
    public void Arrays()
    {
        using var file = Open(new GgufBytes()
            .With("u8", new byte[] { 1, 255 }).With("i8", new sbyte[] { -1 }).With("u16", new ushort[] { 65535 }).With("i16", new short[] { -2 })
            .With("u32", new uint[] { 3 }).With("i32", new[] { 4, int.MinValue }).With("u64", new[] { 5UL }).With("i64", new[] { -6L }).With("none", Array.Empty<int>())
            .With("f32", new[] { 1f, 2 }).With("f64", new[] { 1d }).With("bool", new[] { true, false }).With("text", new[] { "a", "", "宇宙" })
            .With("nested", new int[][][] { [[1, 2], [3]], [[], [4]] }).With("texts", new string[][] { ["a"], [] }).With("last", 7u));
        var metadata = file.metadata;
        Equal("u8", 1, 255);
        Equal("i8", -1);
        Equal("u16", 65535);
        Equal("i16", -2);
        Equal("u32", 3);
        Equal("i32", 4, int.MinValue);
        Equal("u64", 5);
        Equal("i64", -6);
        Equal("none");
        Equal("not there");
        metadata.Texts("text").Should().Equal("a", "", "宇宙");
        metadata.Fields.Whole("last", 9).Should().Be(7, "it comes after the arrays");
        (metadata.HasArray("nested"), metadata.HasArray("last")).Should().Be((true, false));
        BadInput.IsRefused(() => metadata.Fields.Integer("u8", 9), "x.gguf: \"u8\" is \"an array of 2\", expected an integer from 1 to 9");
        BadInput.IsRefused(() => metadata.Integers("f32"), "x.gguf: \"f32\" is an array of Float32, expected one of integers");
        BadInput.IsRefused(() => metadata.Integers("nested"), "x.gguf: \"nested\" is an array of Array, expected one of integers");
        BadInput.IsRefused(() => metadata.Texts("bool"), "x.gguf: \"bool\" is an array of Bool, expected one of texts");

        void Equal(string key, params int[] expected) => metadata.Integers(key).Should().Equal(expected, key);
    }

    [Theory(DisplayName = ".gguf: an array of integers with a number of more than 32 bits")]
    [InlineData(1L << 31, "2147483648")]
    [InlineData(ulong.MaxValue, "18446744073709551615")]
    public void Wide_numbers(object value, string shown)
    {
        var array = Array.CreateInstance(value.GetType(), 1);
        array.SetValue(value, 0);
        using var file = Open(new GgufBytes().With("n", array));
        BadInput.IsRefused(() => file.metadata.Integers("n"), $"x.gguf: \"n\" holds {shown}, expected numbers of 32 bits");
    }

    [Theory(DisplayName = ".gguf: versions 2 and 3, any alignment; rows first")]
    [InlineData(2, 32)]
    [InlineData(3, 32)]
    [InlineData(3, 1)]
    [InlineData(3, 8)]
    [InlineData(3, 64)]
    [InlineData(3, 4096)]
    public void Tensors(uint version, int alignment)
    {
        var bytes = new GgufBytes { Version = version, Alignment = alignment };
        if (alignment != 32) { bytes.With("general.alignment", (uint)alignment); }
        bytes.Tensor("odd", 1, [3], [0, 0x3C, 0, 0x40, 0, 0x42]) // float16: 1, 2, 3
            .Tensor("a", 0, [3, 2], [.. new[] { 1f, 2, 3, 4, 5, -0f }.SelectMany(BitConverter.GetBytes)])
            .Tensor("b", 30, [1, 1, 2, 1], [0x80, 0x3F, 0, 0xC0]);
        _folder.Write("x.gguf", bytes.ToArray());
        using GgufFile memory = Open(bytes), disk = new(File.OpenRead(_folder["x.gguf"]), "x.gguf");
        foreach (var file in new[] { memory, disk })
        {
            file.names.Should().Equal("odd", "a", "b");
            Is(file, "odd", ScalarType.Float32, [3], "F16", 1, 2, 3);
            Is(file, "a", ScalarType.Float32, [2, 3], "F32", 1, 2, 3, 4, 5, -0f);
            Is(file, "b", ScalarType.BFloat16, [1, 2, 1, 1], "BF16", 1, -2);
        }
    }

    [Theory(DisplayName = ".gguf: numbers at odd addresses of a mapped file")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Odd_addresses(int shift)
    {
        var bytes = new GgufBytes { Alignment = 1 }.With("general.alignment", 1u)
            .Tensor("pad", 2, [32], new byte[18]).Tensor("one", 8, [32], new byte[34]);
        // A text of another length moves all that follows.
        bytes.With("x", new string('x', shift))
            .Tensor("a", 0, [2], [.. new[] { 1f, float.NaN }.SelectMany(BitConverter.GetBytes)]).Tensor("b", 30, [2], [0x80, 0x3F, 0, 0xC0]);
        _folder.Write("x.gguf", bytes.ToArray());
        using var file = new GgufFile(File.OpenRead(_folder["x.gguf"]), "x.gguf");
        Is(file, "a", ScalarType.Float32, [2], "F32", 1, float.NaN);
        Is(file, "b", ScalarType.BFloat16, [2], "BF16", 1, -2);
    }

    [Fact(DisplayName = ".gguf: a file without keys or tensors; bytes behind the last tensor")]
    public void Little()
    {
        using var none = Open(new GgufBytes());
        none.names.Should().BeEmpty();
        using var more = new GgufFile(new MemoryStream([.. TinyGguf.Model().ToArray(), 1, 2, 3]), "x.gguf");
        more.names.Should().HaveCount(11);
        BadInput.IsRefused(() => more.read("x"), "x.gguf holds no tensor x");
    }

    private static void Is(GgufFile file, string name, ScalarType dtype, long[] shape, string stored, params float[] values)
    {
        var tensor = file.read(name);
        (tensor.dtype, file.info(name).stored).Should().Be((dtype, stored));
        tensor.shape.Should().Equal(shape);
        tensor.ToSingles().Should().Equal(values);
    }

    private static JsonFields Fields(GgufBytes bytes)
    {
        using var file = Open(bytes);
        return file.metadata.Fields;
    }

    private static GgufFile Open(GgufBytes bytes) => new(new MemoryStream(bytes.ToArray()), "x.gguf");
}
