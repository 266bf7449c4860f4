using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Llama3.Formats.Pth;

namespace Llama3.Formats.Tests.Pth;

/// <summary>.pth files: those that PyTorch wrote, and hand-made ones.</summary>
internal static class PthCases
{
    public static byte[] Case(string name) => File.ReadAllBytes(PathOf(name));

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Pth", "cases", name);

    public static PthFile Open(byte[] file) => new(new MemoryStream(file), "x.pth");

    /// <summary>An archive with this pickle, written as one char per byte, and data/0.</summary>
    public static byte[] WithPickle(string pickle, byte[]? data = null) =>
        Zip(("x/data.pkl", Encoding.Latin1.GetBytes(pickle)), ("x/data/0", data ?? new byte[8]));

    /// <summary>An archive with one tensor, "w", over data/0.</summary>
    public static byte[] WithTensor(
        int offset, int[] shape, int[] strides, int numel = 4, string type = "BFloat16Storage", byte[]? data = null) =>
        WithPickle("\u0080\u0002}" + Item("w", type, "0", numel, offset, shape, strides) + "s.", data);

    /// <summary>A state_dict of bfloat16 zeros.</summary>
    public static byte[] StateDict(IEnumerable<KeyValuePair<string, long[]>> shapes) =>
        Zip(StateDict(shapes.Select(entry => (entry.Key, entry.Value, new byte[2 * entry.Value.Aggregate((product, size) => product * size)]))));

    /// <summary>The entries of the archive of a bfloat16 state_dict.</summary>
    public static (string Name, byte[] Content)[] StateDict(IEnumerable<(string Name, long[] Shape, byte[] Numbers)> tensors)
    {
        var pickle = new StringBuilder("\u0080\u0002}(");
        var entries = new List<(string, byte[])>();
        foreach (var (key, (name, shape, numbers)) in tensors.Index())
        {
            var numel = numbers.Length / 2;
            int[] strides = shape is [_, var columns] ? [(int)columns, 1] : [1];
            pickle.Append(Item(name, "BFloat16Storage", $"{key}", numel, 0, [.. shape.Select(size => (int)size)], strides));
            entries.Add(($"x/data/{key}", numbers));
        }

        return [("x/data.pkl", Encoding.Latin1.GetBytes(pickle.Append("u.").ToString())), .. entries];
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using (var entry = zip.CreateEntry(name).Open()) { entry.Write(content); }
            }
        }
        return file.ToArray();
    }

    private static string Item(string name, string type, string key, int numel, int offset, int[] shape, int[] strides) =>
        Text(name) + "ctorch._utils\n_rebuild_tensor_v2\n("
        + "(" + Text("storage") + $"ctorch\n{type}\n" + Text(key) + Text("cpu") + Integer(numel) + "tQ"
        + Integer(offset) + Tuple(shape) + Tuple(strides) + "\u0089ccollections\nOrderedDict\n)RtR";

    private static string Tuple(int[] values) => $"({string.Concat(values.Select(Integer))}t";

    private static string Text(string text) => $"X{Bytes(text.Length)}{text}";

    private static string Integer(int value) => $"J{Bytes(value)}";

    private static string Bytes(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Encoding.Latin1.GetString(bytes);
    }
}
