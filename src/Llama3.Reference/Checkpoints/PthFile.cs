using Dict = System.Collections.Generic.OrderedDictionary<string, object?>;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Llama3.Reference.Checkpoints;

/// <summary>
/// The tensors of a .pth file as torch.save writes it: a dict of names and tensors. Opening reads no numbers and runs
/// nothing; a file that names any Python function beyond those of tensors is refused.
/// </summary>
public sealed class PthFile : IDisposable
{
    private readonly string _path;
    private readonly PthArchive _archive;
    private readonly OrderedDictionary<string, StoredTensor> _tensors = [];
    private readonly Dictionary<StoredNumbers, WeakReference<Array>> _readBefore = [];

    /// <summary>Opens a .pth file.</summary>
    /// <param name="stream">Seekable; belongs to this object from now on.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="BadInputException">The file is damaged, or holds something else than tensors.</exception>
    public PthFile(Stream stream, string path)
    {
        _path = path;
        _archive = new PthArchive(stream, path);
        if (_archive.Load(TorchGlobals.Allowed, TorchGlobals.persistent_load) is not Dict saved)
        {
            throw new BadInputException($"{path} holds no dict of names and tensors");
        }
        foreach (var (name, value) in saved) { Add(name, value); }
    }

    /// <summary>The names of the tensors, in the order of the file.</summary>
    public IReadOnlyList<string> names => _tensors.Keys;

    /// <summary>Type and shape of a tensor; nothing is read.</summary>
    /// <exception cref="BadInputException">There is no such tensor.</exception>
    public TensorInfo info(string name)
    {
        var tensor = Find(name);
        return new(tensor.storage.type == ElementType.BFloat16 ? bfloat16 : float32, tensor.shape);
    }

    /// <summary>Reads a tensor: bfloat16 stays as it is, half precision becomes Float32 without loss.</summary>
    /// <exception cref="BadInputException">There is no such tensor, or the file is cut off.</exception>
    public Tensor read(string name)
    {
        var tensor = Find(name);
        return Flat(Numbers(tensor.storage)).as_strided(tensor.shape, tensor.strides, tensor.offset);
    }

    /// <summary>Closes the stream.</summary>
    public void Dispose() => _archive.Dispose();

    private void Add(string name, object? value)
    {
        if (value is not StoredTensor tensor)
        {
            throw new BadInputException($"{_path}: \"{Printable.Text(name)}\" is no tensor; expected a dict of names and tensors");
        }
        _archive.Require(tensor.storage);
        _tensors.Add(name, tensor);
    }

    private StoredTensor Find(string name) =>
        _tensors.TryGetValue(name, out var tensor) ? tensor : throw new BadInputException($"{_path} holds no tensor {name}");

    /// <summary>Tensors that share a storage share its memory too, as long as one of them is in use.</summary>
    private Array Numbers(StoredNumbers storage)
    {
        if (_readBefore.TryGetValue(storage, out var weak) && weak.TryGetTarget(out var numbers)) { return numbers; }
        numbers = storage.type switch
        {
            ElementType.BFloat16 => _archive.Read<ushort>(storage),
            ElementType.Half => Widen(_archive.Read<Half>(storage)),
            _ => _archive.Read<float>(storage),
        };
        _readBefore[storage] = new(numbers);
        return numbers;
    }

    private static float[] Widen(Half[] halves)
    {
        var singles = new float[halves.Length];
        TensorPrimitives.ConvertToSingle(halves, singles);
        return singles;
    }

    private static Tensor Flat(Array numbers) => numbers is ushort[] bits
        ? Tensor.FromBFloat16(bits, [bits.Length])
        : Tensor.FromSingles((float[])numbers, [numbers.Length]);
}
