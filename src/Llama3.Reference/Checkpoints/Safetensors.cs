namespace Llama3.Reference.Checkpoints;

/// <summary>Reads a .safetensors file that lies in memory.</summary>
public static class Safetensors
{
    /// <summary>All tensors by name: BF16 as BFloat16, other floating dtypes as Float32, integers as Int64, complex as ComplexFloat32.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="path">What to call the file in messages.</param>
    /// <exception cref="BadInputException">The file is not a whole .safetensors file.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(byte[] file, string path)
    {
        try
        {
            using var stream = new MemoryStream(file);
            var header = SafetensorsHeader.Read(stream);
            return header.entries.ToDictionary(entry => entry.name, entry => header.ReadTensor(stream, entry).DetachFromDisposeScope());
        }
        catch (InvalidDataException error)
        {
            throw new BadInputException($"{path}: {error.Message}", error);
        }
    }
}
