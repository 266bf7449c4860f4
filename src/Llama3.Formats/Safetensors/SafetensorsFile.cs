using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Safetensors;

/// <summary>A .safetensors file that stays open; a file on disk is mapped into memory.</summary>
internal sealed class SafetensorsFile : ITensorFile
{
    private readonly Stream _stream;
    private readonly NumberFile _file;
    private readonly SafetensorsHeader _header;
    private readonly OrderedDictionary<string, SafetensorsEntry> _entries;
    private readonly Lock _gate = new();

    /// <summary>Reads the header.</summary>
    /// <param name="stream">Seekable; belongs to this object from now on.</param>
    /// <param name="path">Its name in messages.</param>
    /// <exception cref="BadInputException">The file is not a whole .safetensors file.</exception>
    public SafetensorsFile(Stream stream, string path)
    {
        (_stream, this.path, _file) = (stream, path, new NumberFile(stream, path));
        _header = FileGuard.Read(path, () => SafetensorsHeader.Read(stream));
        _entries = new(_header.entries.Select(entry => KeyValuePair.Create(entry.name, entry)));
    }

    /// <summary>All tensors of a file in memory by name, in the types of <see cref="Dtypes.ReadAs"/>.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="path">Its name in messages.</param>
    /// <exception cref="BadInputException">The file is not a whole .safetensors file.</exception>
    public static IReadOnlyDictionary<string, Tensor> ReadAll(byte[] file, string path)
    {
        using var opened = new SafetensorsFile(new MemoryStream(file), path);
        return opened.names.ToDictionary(name => name, name => opened.read(name).DetachFromDisposeScope());
    }

    public string path { get; }

    public long length => _file.length;

    public IReadOnlyList<string> names => _entries.Keys;

    public TensorInfo info(string name)
    {
        var entry = Find(name);
        return TensorInfo.Of(entry.dtype, entry.shape);
    }

    /// <summary>The dtype of a tensor.</summary>
    /// <exception cref="BadInputException">There is no such tensor.</exception>
    public Dtype dtype(string name) => Find(name).dtype;

    public Tensor read(string name)
    {
        var entry = Find(name);
        return entry.dtype switch
        {
            Dtype.BF16 => Tensor.FromBFloat16(Numbers<ushort>(entry), entry.shape),
            Dtype.F32 => Tensor.FromSingles(Numbers<float>(entry), entry.shape),
            _ => copy(name),
        };
    }

    /// <summary>A tensor that does not change with the file, see <see cref="RawNumbers.Read"/>. It belongs to the caller's dispose scope.</summary>
    /// <exception cref="BadInputException">There is no such tensor, the file is cut off or has changed, or a number does not fit into an Int64.</exception>
    public Tensor copy(string name)
    {
        var entry = Find(name);
        lock (_gate)
        {
            return FileGuard.Read(path, () =>
            {
                _stream.Position = _header.begin + entry.begin;
                var numbers = RawNumbers.Read(_stream, name, entry.dtype, entry.shape);
                RequireSame();
                return numbers;
            });
        }
    }

    public void RequireSame() => _file.RequireSame();

    public void Dispose() => _file.Dispose();

    private ReadOnlyMemory<T> Numbers<T>(SafetensorsEntry entry)
        where T : unmanaged
    {
        var count = (entry.end - entry.begin) / entry.dtype.ElementSize();
        if (count > Array.MaxLength) { throw new BadInputException($"{path}: {entry} has {count} numbers, more than can be used at once"); }
        lock (_gate) { return _file.Read<T>(_header.begin + entry.begin, (int)count); }
    }

    private SafetensorsEntry Find(string name) =>
        _entries.TryGetValue(name, out var entry) ? entry : throw new BadInputException($"{path} holds no tensor {name}");
}
