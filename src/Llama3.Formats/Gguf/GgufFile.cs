using Llama3.Formats.Gguf.Blocks;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Gguf;

/// <summary>A GGUF file that stays open; a file on disk is mapped into memory. Quantised tensors stay as they are, and are expanded where they are used.</summary>
internal sealed class GgufFile : ITensorFile
{
    private readonly Stream _stream;
    private readonly NumberFile _file;
    private readonly GgufHeader _header;
    private readonly OrderedDictionary<string, GgufTensor> _tensors;
    private readonly Lock _gate = new();

    /// <summary>Reads the header.</summary>
    /// <param name="stream">Seekable; belongs to this object from now on.</param>
    /// <param name="path">Its name in messages.</param>
    /// <exception cref="BadInputException">The file is not a whole GGUF file that can be read.</exception>
    public GgufFile(Stream stream, string path)
    {
        (_stream, this.path, _file) = (stream, path, new NumberFile(stream, path));
        _header = FileGuard.Read(path, () => GgufHeader.Read(stream, path));
        _tensors = new(_header.tensors.Select(tensor => KeyValuePair.Create(tensor.name, tensor)));
    }

    /// <summary>What the file says of the model.</summary>
    public GgufMetadata metadata => _header.metadata;

    public string path { get; }

    public long length => _file.length;

    public IReadOnlyList<string> names => _tensors.Keys;

    public TensorInfo info(string name) => Find(name).info;

    public Tensor read(string name)
    {
        var tensor = Find(name);
        long[] shape = [.. tensor.info.shape];
        return tensor.info.dtype == ScalarType.Int64 ? copy(name)
            : tensor.blocks is { } blocks ? Packed(blocks, Numbers<byte>(tensor), shape)
            : tensor.info.dtype == ScalarType.BFloat16 ? Tensor.FromBFloat16(Numbers<ushort>(tensor), shape)
            : Tensor.FromSingles(Numbers<float>(tensor), shape);
    }

    /// <summary>The dtype of a tensor; null of one in blocks, whose numbers become F32.</summary>
    /// <exception cref="BadInputException">There is no such tensor.</exception>
    public Dtype? dtype(string name) => Dtypes.Find(Find(name).info.stored);

    /// <summary>A tensor that does not change with the file, see <see cref="RawNumbers.Read"/>; blocks are expanded. It belongs to the caller's dispose scope.</summary>
    /// <exception cref="BadInputException">There is no such tensor, or the file is cut off.</exception>
    public Tensor copy(string name)
    {
        var tensor = Find(name);
        long[] shape = [.. tensor.info.shape];
        lock (_gate)
        {
            return FileGuard.Read(path, () =>
            {
                _stream.Position = _header.begin + tensor.begin;
                var numbers = dtype(name) is { } plain ? RawNumbers.Read(_stream, name, plain, shape) : Expanded(tensor, shape);
                RequireSame();
                return numbers;
            });
        }
    }

    public void RequireSame() => _file.RequireSame();

    public void Dispose() => _file.Dispose();

    private static Tensor Packed(BlockType type, ReadOnlyMemory<byte> blocks, long[] shape) =>
        Tensor.FromPacked((values, first) => PackedBlocks.Expand(type, blocks.Span, first, values), shape);

    private Tensor Expanded(GgufTensor tensor, long[] shape)
    {
        RequireUsable(tensor, tensor.info.bytes);
        var numbers = new float[shape.Aggregate((product, size) => product * size)];
        PackedBlocks.Expand(tensor.blocks!, _stream.ReadNumbers<byte>((int)tensor.info.bytes), 0, numbers);
        return Tensor.FromSingles(numbers, shape);
    }

    private ReadOnlyMemory<T> Numbers<T>(GgufTensor tensor)
        where T : unmanaged
    {
        var count = tensor.info.bytes / System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        RequireUsable(tensor, count);
        lock (_gate) { return _file.Read<T>(_header.begin + tensor.begin, (int)count); }
    }

    private void RequireUsable(GgufTensor tensor, long count)
    {
        if (count > Array.MaxLength || tensor.info.shape.Aggregate((product, size) => product * size) > Array.MaxLength)
        {
            throw new BadInputException($"{path}: {tensor} has the shape {Printable.Shape(tensor.info.shape)}, more numbers than can be used at once");
        }
    }

    private GgufTensor Find(string name) =>
        _tensors.TryGetValue(name, out var tensor) ? tensor : throw new BadInputException($"{path} holds no tensor {name}");
}
