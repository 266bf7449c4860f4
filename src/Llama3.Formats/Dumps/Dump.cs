using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>Named tensors that some implementation of Llama 3 has written: a file, or a folder of files.</summary>
internal sealed class Dump : IDisposable
{
    /// <summary>What is a dump, in messages.</summary>
    internal const string Expected = "expected a .safetensors, .npz, .pt, .gguf or .json file, a folder of such files or of .npy files, "
        + "or one of raw files with manifest.json or a .json beside each";

    private readonly IDisposable? _file;

    internal Dump(string path, string format, IReadOnlyList<DumpEntry> entries, IDisposable? file = null) =>
        (Path, File, Format, Entries, _file) = (path, path, format, entries, file);

    /// <summary>The file or the folder; of a part of a dump with the name of the part.</summary>
    public string Path { get; }

    /// <summary>The file or the folder.</summary>
    public string File { get; private init; }

    /// <summary>The format: "safetensors", "npz", "folder of .npy", "folder of raw files with manifest.json", "JSON", ….</summary>
    public string Format { get; }

    /// <summary>The tensors, in the order of the file; those of a folder of .npy files are sorted by name.</summary>
    public IReadOnlyList<DumpEntry> Entries { get; }

    /// <summary>A part of this dump, which reads from the same files.</summary>
    /// <param name="name">The name of the part in messages, after the path; null for the path alone.</param>
    /// <param name="entries">The tensors of the part, by their names in it.</param>
    internal Dump Part(string? name, IEnumerable<DumpEntry> entries) => new(name is null ? Path : $"{Path}, {name}", Format, [.. entries]) { File = File };

    /// <summary>Opens a dump and checks names, dtypes and shapes. Numbers of binary files are not read.</summary>
    /// <exception cref="BadInputException">There is no such file or folder, it is damaged, or it is not a dump.</exception>
    public static Dump Open(string path) =>
        Directory.Exists(path) ? FolderDump.Open(path)
        : System.IO.File.Exists(path) ? FileDump.Open(path)
        : throw new BadInputException(Printable.Line($"there is no file or folder \"{path}\", {Expected}"));

    /// <summary>
    /// Reads one tensor: floating dtypes as Float32 (F64 is rounded, the others lose nothing), integers and BOOL as Int64,
    /// complex dtypes as ComplexFloat32.
    /// </summary>
    /// <exception cref="BadInputException">The file has changed, or the tensor has more elements than an array can hold.</exception>
    public Tensor Read(DumpEntry entry)
    {
        var count = entry.Shape.Contains(0) ? 0 : entry.Shape.Aggregate(1L, (product, size) => product * size);
        if (count > Array.MaxLength / entry.Dtype.PerElement())
        {
            throw new BadInputException(Printable.Line($"{Path}: {Printable.Text(entry.Name)} has the shape {Printable.Shape(entry.Shape)}: "
                + $"{count} elements, more than can be read at once"));
        }
        using var scope = torch.NewDisposeScope();
        var tensor = entry.Load();
        return (tensor.dtype == bfloat16 ? tensor.to_type(float32) : tensor).DetachFromDisposeScope();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file?.Dispose();
}
