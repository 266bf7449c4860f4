using System.Text;

namespace Llama3.Formats.Tests.Gguf;

/// <summary>A GGUF file, byte by byte as docs/gguf.md of ggml describes it: nothing of it comes from our writer.</summary>
internal sealed class GgufBytes
{
    private static readonly Type[] Types =
    [
        typeof(byte), typeof(sbyte), typeof(ushort), typeof(short), typeof(uint), typeof(int), typeof(float), typeof(bool), typeof(string), typeof(Array),
        typeof(ulong), typeof(long), typeof(double),
    ];

    private readonly List<(string Name, byte[] Value)> _keys = [];
    private readonly List<(string Name, byte[] Entry)> _tensors = [];
    private readonly List<byte> _numbers = [];

    public uint Version { get; init; } = 3;

    /// <summary>Where tensors begin; the key that says so is not added.</summary>
    public int Alignment { get; init; } = 32;

    /// <summary>How many tensors the file claims; null for as many as it has.</summary>
    public ulong? TensorCount { get; init; }

    /// <summary>How many keys it claims.</summary>
    public ulong? KeyCount { get; init; }

    /// <summary>Adds a key, or gives it another value.</summary>
    public GgufBytes With(string key, object value) => Without(key).WithRaw(key, [.. Bytes(TypeOf(value.GetType())), .. Bytes(value)]);

    /// <summary>Adds a key, also where it is there already, with these bytes as its type and value.</summary>
    public GgufBytes WithRaw(string key, byte[] value)
    {
        _keys.Add((key, value));
        return this;
    }

    public GgufBytes Without(string key)
    {
        _keys.RemoveAll(other => other.Name == key);
        return this;
    }

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The number of its type.</param>
    /// <param name="sizes">In the order of the file: the length of a row first.</param>
    /// <param name="numbers">Its bytes.</param>
    /// <param name="at">Where it says that these begin; null for where they do.</param>
    public GgufBytes Tensor(string name, uint type, ulong[] sizes, byte[] numbers, ulong? at = null)
    {
        _numbers.AddRange(Padding(_numbers.Count));
        _tensors.Add((name, [.. Bytes(name), .. Bytes((uint)sizes.Length), .. sizes.SelectMany(size => Bytes(size)), .. Bytes(type), .. Bytes(at ?? (ulong)_numbers.Count)]));
        _numbers.AddRange(numbers);
        return this;
    }

    /// <summary>The whole file.</summary>
    public byte[] ToArray()
    {
        var header = Header();
        return [.. header, .. Padding(header.Length), .. _numbers];
    }

    /// <summary>All before the numbers.</summary>
    public byte[] Header() =>
    [
        .. "GGUF"u8,
        .. Bytes(Version),
        .. Bytes(TensorCount ?? (ulong)_tensors.Count),
        .. Bytes(KeyCount ?? (ulong)_keys.Count),
        .. _keys.SelectMany(key => (byte[])[.. Bytes(key.Name), .. key.Value]),
        .. _tensors.SelectMany(tensor => tensor.Entry),
    ];

    /// <summary>A value without its type.</summary>
    public static byte[] Bytes(object value) => value switch
    {
        byte number => [number],
        sbyte number => [(byte)number],
        ushort number => BitConverter.GetBytes(number),
        short number => BitConverter.GetBytes(number),
        uint number => BitConverter.GetBytes(number),
        int number => BitConverter.GetBytes(number),
        float number => BitConverter.GetBytes(number),
        bool truth => [truth ? (byte)1 : (byte)0],
        string text => [.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text) + 0L), .. Encoding.UTF8.GetBytes(text)],
        Array values => [.. Bytes(TypeOf(values.GetType().GetElementType()!)), .. BitConverter.GetBytes(values.LongLength), .. values.Cast<object>().SelectMany(Bytes)],
        ulong number => BitConverter.GetBytes(number),
        long number => BitConverter.GetBytes(number),
        _ => BitConverter.GetBytes((double)value),
    };

    private static uint TypeOf(Type type) => (uint)Array.IndexOf(Types, type.IsArray ? typeof(Array) : type);

    private byte[] Padding(int length) => new byte[(Alignment - (length % Alignment)) % Alignment];
}
