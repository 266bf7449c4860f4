using Llama3.Formats.Dumps;
using Llama3.Formats.Numbers;

namespace Llama3.Tests.Damage;

/// <summary>The formats of dumps.</summary>
internal static class DumpReaders
{
    /// <summary>How much longer deflate makes it.</summary>
    public const int Expansion = 1100;

    /// <summary>A pickle may have a mebibyte, or a hundred times what it takes in the archive; what is made of it some thirty times that.</summary>
    public const long Unpickled = 40_000_000, UnpickledPerByte = 3_500;

    /// <summary>What pickles of tensors are made of.</summary>
    public static readonly string[] Pickle =
    [
        "ctorch._utils\n_rebuild_tensor_v2\n", "ctorch._utils\n_rebuild_parameter\n", "ccollections\nOrderedDict\n", "ctorch\nFloatStorage\n", "ctorch\nLongStorage\n", "ctorch\nBoolStorage\n",
        "ctorch\nComplexDoubleStorage\n", "ctorch\nSize\n", "cos\nsystem\n", "}", "]", ")", "(", "t", "Q", "R", "u", "s", "a", "e", "N", ".", "h\u0000", "q\u0000", "K\u0001", "J\u0001\0\0\0", "X\u0001\0\0\0a", "storage", "PK\u0001\u0002",
    ];

    private static readonly string[] Json = ["\"shape\": [2], ", "\"data\": [", "\"dtype\": \"U8\", ", "\"file\": \"..\", ", "\"F32.f32\"", "\"NaN\"", "F64", "BOOL", "C128", "I8", "u64"];

    private static readonly string[] Python = ["'descr': ", "'fortran_order': True", "'shape': (", "'<f4'", "<f2", "<c16", "|O", ">f4", "|b1", "\u0093NUMPY"];

    /// <summary>Each in a folder of its own.</summary>
    public static IEnumerable<InputReader> In(DirectoryInfo folder) =>
    [
        Of(folder, "safetensors", "dump.safetensors") with
        {
            Form = HeaderForm.Safetensors,
            Words = [.. Json, "\"data_offsets\": [0, 4]", "__metadata__", "\"BF16\"", "\"F8_E4M3\""],
        },
        Of(folder, "pt", "dump.pt") with { Form = new ZipForm(Form.Bytes), Words = Pickle, MostMemory = Unpickled, MostMemoryPerByte = UnpickledPerByte },
        Of(folder, "npz", "dump.npz") with { Form = new ZipForm(HeaderForm.Npy), Words = [.. Python, "PK\u0001\u0002", "PK\u0005\u0006", "x.npy"], MostMemoryPerByte = Expansion },
        Of(folder, "json-dump", "dump.json") with { Words = Json },
        Of(folder, "gguf-dump", "dump.gguf") with { Form = new GgufForm(), Words = ["general.alignment", "layers.0.q_per_token", "blk.0.attn_q.weight"] },
        Of(folder, "npy", "x.npy", []) with { Form = HeaderForm.Npy, Words = Python },
        Of(folder, "raw-manifest", "manifest.json", Numbers()) with { Words = Json, File = "raw-manifest" },
        Of(folder, "raw-shape", "x.json", [("x.f32", new byte[32])]) with { Words = Json, File = "raw-shape" },
    ];

    /// <summary>Files of eight numbers.</summary>
    private static (string Name, byte[] Content)[] Numbers() =>
        [.. Enum.GetValues<Dtype>().Select(dtype => ($"{dtype}.{dtype}".ToLowerInvariant(), new byte[dtype.ByteLength([8])!.Value])), ("empty.f32", Array.Empty<byte>())];

    /// <summary>A dump that is a file; or a folder, if others are there, or none.</summary>
    private static InputReader Of(DirectoryInfo folder, string name, string file, (string Name, byte[] Content)[]? others = null)
    {
        var own = folder.CreateSubdirectory(name).FullName;
        foreach (var (other, content) in others ?? []) { File.WriteAllBytes(Path.Combine(own, other), content); }
        var path = Path.Combine(own, file);
        return new(name, file, input =>
        {
            File.WriteAllBytes(path, input);
            using var dump = Dump.Open(others is null ? path : own);
            foreach (var entry in dump.Entries) { RequireAsAnnounced(entry, dump.Read(entry)); }
        });
    }

    private static void RequireAsAnnounced(DumpEntry entry, Tensor tensor)
    {
        using (tensor)
        {
            var count = tensor.dtype == ScalarType.Int64 ? tensor.ToInt64s().Length : tensor.ToSingles().Length;
            var announced = entry.Shape.Aggregate(entry.Dtype is Dtype.C64 or Dtype.C128 ? 2L : 1, (product, size) => product * size);
            if (!tensor.shape.SequenceEqual(entry.Shape) || count != announced) { throw new InvalidOperationException($"{entry} became {tensor}"); }
        }
    }
}
