using Llama3.Formats.Checkpoints;
using Llama3.Formats.Gguf;
using Llama3.Formats.Gguf.Blocks;
using Llama3.Formats.Numbers;

namespace Llama3.Verify.Copy;

/// <summary>A type in which the matrices of a GGUF file are written. Norms are float32 whatever it is.</summary>
internal sealed class GgufType
{
    private readonly Func<Tensor, IEnumerable<ReadOnlyMemory<byte>>> _bytes;
    private readonly int _blockSize, _blockBytes;
    private readonly uint _id;

    private GgufType(string name, uint id, uint fileType, int blockSize, int blockBytes, Func<Tensor, IEnumerable<ReadOnlyMemory<byte>>> bytes) =>
        (Name, _id, FileType, _blockSize, _blockBytes, _bytes) = (name, id, fileType, blockSize, blockBytes, bytes);

    /// <summary>float32.</summary>
    public static GgufType F32 { get; } = new("f32", 0, 0, 1, sizeof(float), TensorBytes.AsSingles);

    /// <summary>All of them. The first is what the weights of the micro models are in already.</summary>
    public static IReadOnlyList<GgufType> All { get; } =
    [
        new("bf16", 30, 32, 1, sizeof(ushort), tensor => TensorBytes.AsStored(tensor.to_type(bfloat16))),
        F32,
        .. BlockPacker.All.Select(packer =>
            new GgufType(packer.Type.Name.ToLowerInvariant(), packer.Type.Id, packer.FileType, packer.Type.Size, packer.Type.Bytes, tensor => TensorBytes.Pieces(tensor, rows => packer.Pack(rows.ToSingles())))),
    ];

    /// <summary>Whether numbers share a scale, which leaves few of them as they are.</summary>
    public bool IsQuantised => _blockSize > 1;

    /// <summary>As on the command line.</summary>
    public string Name { get; }

    /// <summary>The number that a whole file of this type has (<c>general.file_type</c>).</summary>
    public uint FileType { get; }

    /// <summary>Why a model cannot be written so; null if it can.</summary>
    public string? Problem(ModelParams model) => model.tensor_shapes.FirstOrDefault(tensor => tensor.Value.Length > 1 && tensor.Value[^1] % _blockSize != 0) is { Key: { } name, Value: var shape }
        ? $"{Name} has blocks of {_blockSize} numbers, and the rows of {name} have {shape[^1]}"
        : null;

    /// <summary>A tensor in this type.</summary>
    public GgufTensorToWrite Tensor(string name, Tensor tensor) => new(name, _id, tensor.shape, tensor.numel() / _blockSize * _blockBytes, _bytes(tensor));
}
