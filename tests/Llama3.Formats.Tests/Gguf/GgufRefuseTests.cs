using System.Buffers.Binary;
using Llama3.Formats.Gguf;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>Files that are refused, in a line that names the file, the place in it and what is wrong.</summary>
public sealed class GgufRefuseTests
{
    private const ulong Half = 1UL << 63;

    private const string Read = "types that can be read: F32, BF16, I8, I16, I32, I64, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K";

    private static readonly byte[] NestedTooDeep = [9, 0, 0, 0, .. GgufBytes.Bytes(new[] { new[] { new[] { new[] { new[] { 1 } } } } })];

    private static readonly OrderedDictionary<string, (byte[] File, string Message)> Cases = new()
    {
        ["nothing"] = ([], "it does not begin with \"GGUF\": expected a GGUF file, as llama.cpp reads it"),
        ["a pointer of Git LFS"] = (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n".Bytes(),
            "it does not begin with \"GGUF\": *"),
        ["ggml's older format"] = ([.. "tjgg"u8, .. new byte[40]], "it does not begin with \"GGUF\": *"),
        ["version 1"] = (new GgufBytes { Version = 1 }.ToArray(), "it is version 1 of GGUF; versions 2 and 3 can be read"),
        ["version 4"] = (new GgufBytes { Version = 4 }.ToArray(), "it is version 4 of GGUF; *"),
        ["big-endian"] = (new GgufBytes { Version = BinaryPrimitives.ReverseEndianness(3u) }.ToArray(), "it is a big-endian GGUF file; only little-endian ones can be read"),
        ["2^63 keys"] = (new GgufBytes { KeyCount = Half }.ToArray(), "the number of keys is 9223372036854775808, expected at most 9223372036854775807"),
        ["2^64 - 1 tensors"] = (new GgufBytes { TensorCount = ulong.MaxValue }.ToArray(), "the number of tensors is 18446744073709551615, expected *"),
        ["too many keys"] = (new GgufBytes { KeyCount = 1 << 30 }.ToArray(), "the number of keys is 1073741824, more than the file has room for; is it cut off, or damaged?"),
        ["too many tensors"] = (new GgufBytes { TensorCount = long.MaxValue }.ToArray(), "the number of tensors is 9223372036854775807, more than the file has room for; *"),
        ["a long name of a key"] = (Raw([.. GgufBytes.Bytes(1UL << 40), .. new byte[20]]), "the length of the name of a key is 1099511627776, more than *"),
        ["a long text"] = (Key("k", [8, 0, 0, 0, .. GgufBytes.Bytes(Half)]), "the length of \"k\" is 9223372036854775808, expected *"),
        ["a long array"] = (Key("k", [9, 0, 0, 0, 10, 0, 0, 0, .. GgufBytes.Bytes(2UL), .. new byte[8]]), "the length of \"k\" is 2, more than *"),
        ["an endless array"] = (Key("k", [9, 0, 0, 0, 0, 0, 0, 0, .. GgufBytes.Bytes(ulong.MaxValue)]), "the length of \"k\" is 18446744073709551615, *"),
        ["a long text in an array"] = (Key("k", [9, 0, 0, 0, 8, 0, 0, 0, .. GgufBytes.Bytes(1UL), .. GgufBytes.Bytes(9UL)]), "\"k\" is 9, more than the file has room for; *"),
        ["an array in an array in an array in an array"] = (Key("k", NestedTooDeep), "\"k\" has arrays within arrays, more than 4 deep"),
        ["an unknown kind of value"] = (Key("k\n", [13, 0, 0, 0, .. new byte[20]]), "k? has the value type 13, expected 0 to 12"),
        ["an unknown kind of values"] = (Key("k", [9, 0, 0, 0, 99, 0, 0, 0, .. new byte[20]]), "\"k\" has the value type 99, expected 0 to 12"),
        ["a key twice"] = (new GgufBytes().With("k", 1u).WithRaw("k", [0, 0, 0, 0, 5]).ToArray(), "the key \"k\" comes twice"),
        ["a tensor twice"] = (F32("w").Tensor("w", 0, [1], new byte[4]).ToArray(), "the tensor w comes twice"),
        ["alignment 0"] = (Aligned(0u), "\"general.alignment\" is 0, expected an integer from 1 to 1048576"),
        ["alignment 3"] = (Aligned(3u), "\"general.alignment\" is 3, expected a power of 2"),
        ["alignment 2^31"] = (Aligned(1u << 31), "\"general.alignment\" is 2147483648, expected *"),
        ["alignment 2^63"] = (Aligned(Half), "\"general.alignment\" is 9223372036854775808, expected *"),
        ["an alignment that is a text"] = (Aligned("32"), "\"general.alignment\" is \"32\", expected *"),
        ["a tensor at an odd place"] = (F32("w").Tensor("v", 0, [1], new byte[8], at: 36).ToArray(), "the tensor v begins at 36, expected a multiple of 32"),
        ["tensors in one place"] = (F32("w").Tensor("v", 0, [1], new byte[4], at: 0).ToArray(), "the tensor v begins at 0, before w ends at 4"),
        ["tensors that overlap"] = (new GgufBytes().Tensor("w", 0, [9], new byte[64]).Tensor("v", 0, [1], [], at: 32).ToArray(), "the tensor v begins at 32, before w ends at 36"),
        ["a tensor beyond the end"] = (F32("w", at: 64).ToArray(), "the tensor w takes 4 bytes at 64, but 4 follow the header; is the file cut off?"),
        ["a tensor that is cut off"] = (F32("w").ToArray()[..^1], "the tensor w takes 4 bytes at 0, but 3 follow the header; is the file cut off?"),
        ["a tensor far beyond the end"] = (F32("w", at: long.MaxValue - 31).ToArray(), "the tensor w takes 4 bytes at 9223372036854775776, but *"),
        ["a tensor at 2^63"] = (F32("w", at: Half).ToArray(), "the tensor w is 9223372036854775808, expected at most *"),
        ["no numbers"] = (F32("w").Header(), "the tensor w takes 4 bytes at 0, but 0 follow the header; is the file cut off?"),
        ["no dimensions"] = (Of(0), "the tensor w has 0 dimensions, expected 1 to 4"),
        ["five dimensions"] = (Of(0, 1, 1, 1, 1, 1), "the tensor w has 5 dimensions, expected 1 to 4"),
        ["an empty row"] = (Of(0, 0, 2), "the tensor w has the shape [2, 0], expected sizes from 1 on"),
        ["no rows"] = (Of(8, 32, 0), "the tensor w has the shape [0, 32], expected sizes from 1 on"),
        ["2^63 rows"] = (Of(0, 1, Half), "the tensor w is 9223372036854775808, expected at most *"),
        ["more than 64 bits of float32"] = (Of(0, 1UL << 61), "the tensor w has the shape [2305843009213693952], more than 64 bits can count"),
        ["more than 64 bits of blocks"] = (Of(8, 1UL << 62, 1UL << 62, 1UL << 62, 1UL << 62), "the tensor w has the shape [4611686018427387904, *], more than 64 bits can count"),
        ["a product that comes to 0 in 64 bits"] = (Of(0, 1UL << 32, 1UL << 32), "the tensor w has the shape [4294967296, 4294967296], more than *"),
        ["a row of half a block"] = (Of(2, 48), "the tensor w has rows of 48, expected a multiple of 32, the block size of Q4_0"),
        ["a row of no whole block of a k-quant"] = (Of(12, 32, 8), "the tensor w has rows of 32, expected a multiple of 256, the block size of Q4_K"),
        ["IQ4_XS"] = (Of(23, 256), $"the tensor w has the type IQ4_XS; {Read}"),
        ["MXFP4"] = (Of(39, 32), $"the tensor w has the type MXFP4; {Read}"),
        ["64-bit numbers"] = (Of(28, 1), $"the tensor w has the type F64; {Read}"),
        ["an unknown type"] = (Of(4711, 1), $"the tensor w has the type 4711; {Read}"),
        ["control characters"] = (new GgufBytes().Tensor("\u001b[2J\n", 99, [1], []).ToArray(), "the tensor ?[2J? has the type 99; *"),
        ["an endless name"] = (new GgufBytes().Tensor(new string('w', 100_000), 99, [1], []).ToArray(), $"the tensor {new string('w', 80)}… has the type 99; *"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory(DisplayName = ".gguf is refused:"), MemberData(nameof(Names))]
    public void Refused(string what) => BadInput.IsRefused(() => Open(Cases[what].File), $"x.gguf: {Cases[what].Message}");

    [Fact(DisplayName = ".gguf: cut off at every byte of the header, and within the numbers")]
    public void Cut_off()
    {
        var (file, header) = (TinyGguf.Model().ToArray(), TinyGguf.Model().Header().Length);
        for (var length = 0; length < file.Length; length += length < header || length == file.Length - 1 ? 1 : Math.Min(101, file.Length - 1 - length))
        {
            var message = Message(file[..length]);
            if (message?.StartsWith("x.gguf: ", StringComparison.Ordinal) != true || message.Contains('\n') || message.Contains("cut off") != length >= sizeof(uint))
            {
                Assert.Fail($"{length} of {file.Length} bytes: {message}");
            }
        }
        Message(file).Should().BeNull();
    }

    [Fact(DisplayName = ".gguf: a file that becomes shorter while it is open")]
    public void Becomes_shorter()
    {
        using var folder = new TemporaryFolder().Write("x.gguf", TinyGguf.Model().ToArray());
        using var file = new GgufFile(new FileStream(folder["x.gguf"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite), "x.gguf");
        folder.Cut("x.gguf", 100);
        BadInput.IsRefused(() => file.read("blk.0.attn_q.weight"), "x.gguf has become shorter since it was opened: from * to 100 bytes");
        BadInput.IsRefused(() => file.metadata.Texts("tokenizer.ggml.tokens"), "x.gguf: *; is it cut off, or damaged?");
    }

    private static string? Message(byte[] file)
    {
        try
        {
            Open(file);
            return null;
        }
        catch (BadInputException error)
        {
            return error.Message;
        }
    }

    private static GgufFile Open(byte[] file) => new GgufFile(new MemoryStream(file), "x.gguf");

    private static GgufBytes F32(string name, ulong? at = null) => new GgufBytes().Tensor(name, 0, [1], new byte[4], at);

    private static byte[] Of(uint type, params ulong[] sizes) => new GgufBytes().Tensor("w", type, sizes, new byte[64]).ToArray();

    private static byte[] Aligned(object alignment) => F32("w").With("general.alignment", alignment).ToArray();

    private static byte[] Key(string name, byte[] value) => new GgufBytes().WithRaw(name, value).Header();

    private static byte[] Raw(byte[] key) => [.. new GgufBytes { KeyCount = 1 }.Header(), .. key];
}
