using System.Runtime.InteropServices;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;
using Dict = System.Collections.Generic.OrderedDictionary<string, object?>;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Llama3.Formats.Pth;

/// <summary>
/// The tensors of a .pth file as torch.save writes it: a dict of names and tensors. Opening reads no numbers and runs no code.
/// A file that names a Python function other than those of tensors is refused.
/// </summary>
internal sealed class PthFile : ITensorFile
{
    private readonly PthArchive _archive;
    private readonly OrderedDictionary<string, StoredTensor> _tensors = [];
    private readonly Dictionary<StoredNumbers, WeakReference<Array>> _readBefore = [];

    /// <summary>Opens a .pth file.</summary>
    /// <param name="stream">Seekable; belongs to this object from now on.</param>
    /// <param name="path">Its name in messages.</param>
    /// <exception cref="BadInputException">The file is damaged, or holds something other than tensors.</exception>
    public PthFile(Stream stream, string path)
    {
        this.path = path;
        _archive = new PthArchive(stream, path);
        if (_archive.Load(TorchGlobals.Allowed, TorchGlobals.persistent_load) is not Dict saved)
        {
            throw new BadInputException($"{path} holds no dict of names and tensors");
        }
        foreach (var (name, value) in saved) { Add(name, value); }
    }

    /// <inheritdoc/>
    public string path { get; }

    /// <inheritdoc/>
    public long length => _archive.Length;

    /// <summary>The names of the tensors, in the order of the file.</summary>
    public IReadOnlyList<string> names => _tensors.Keys;

    /// <summary>Dtype and shape of a tensor; no number is read.</summary>
    /// <exception cref="BadInputException">There is no such tensor.</exception>
    public TensorInfo info(string name)
    {
        var tensor = Find(name);
        return TensorInfo.Of(tensor.storage.dtype, tensor.shape);
    }

    /// <summary>
    /// Reads a tensor: BF16 as BFloat16, F16 and F32 as Float32, without loss. If the numbers are stored uncompressed in a file, the tensor
    /// is a view of the file, which ends with <see cref="Dispose"/> (with TorchSharp, when nothing uses it any more).
    /// </summary>
    /// <exception cref="BadInputException">There is no such tensor, or the file is cut off.</exception>
    public Tensor read(string name)
    {
        var tensor = Find(name);
        using var flat = Flat(tensor.storage);
        return flat.as_strided(tensor.shape, tensor.strides, flat.storage_offset() + tensor.offset);
    }

    /// <inheritdoc/>
    public void RequireSame() => _archive.RequireSame();

    /// <summary>Closes the stream.</summary>
    public void Dispose() => _archive.Dispose();

    private void Add(string name, object? value)
    {
        if (value is not StoredTensor tensor)
        {
            throw new BadInputException($"{path}: \"{Printable.Text(name)}\" is not a tensor; expected a dict of names and tensors");
        }
        if (tensor.IsEmpty) { throw new BadInputException($"{path}: \"{Printable.Text(name)}\" has the shape {Printable.Shape(tensor.shape)}, which no weight has"); }
        _archive.Require(tensor.storage);
        _tensors.Add(name, tensor);
    }

    private StoredTensor Find(string name) =>
        _tensors.TryGetValue(name, out var tensor) ? tensor : throw new BadInputException($"{path} holds no tensor {name}");

    private Tensor Flat(StoredNumbers storage) => storage.dtype switch
    {
        Dtype.BF16 => Tensor.FromBFloat16(Numbers(storage, _archive.Read<ushort>), [storage.numel]),
        Dtype.F16 => Tensor.FromSingles(Numbers(storage, Widened), [storage.numel]),
        _ => Tensor.FromSingles(Numbers(storage, _archive.Read<float>), [storage.numel]),
    };

    /// <summary>Tensors of one storage share one copy of it, as long as one of them is in use.</summary>
    private ReadOnlyMemory<T> Numbers<T>(StoredNumbers storage, Func<StoredNumbers, ReadOnlyMemory<T>> read)
    {
        if (_readBefore.TryGetValue(storage, out var weak) && weak.TryGetTarget(out var known)) { return (T[])known; }
        var numbers = read(storage);
        if (MemoryMarshal.TryGetArray(numbers, out var copy)) { _readBefore[storage] = new(copy.Array!); }
        return numbers;
    }

    private ReadOnlyMemory<float> Widened(StoredNumbers storage)
    {
        var halves = _archive.Read<Half>(storage);
        var singles = new float[halves.Length];
        TensorPrimitives.ConvertToSingle(halves.Span, singles);
        return singles;
    }
}
