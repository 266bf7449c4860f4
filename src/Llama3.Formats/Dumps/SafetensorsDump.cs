using Llama3.Formats.Input;
using Llama3.Formats.Safetensors;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is one .safetensors file, which stays open. Its tensors are copies: a port may overwrite the file.</summary>
internal static class SafetensorsDump
{
    public static Dump Open(string path) => FileGuard.Read(path, () =>
    {
        var stream = InputFile.Open(path);
        try
        {
            var file = new SafetensorsFile(stream, path);
            return new Dump(path, "safetensors", [.. file.names.Select(name => Entry(file, name))], file);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    private static DumpEntry Entry(SafetensorsFile file, string name) =>
        new(name, file.dtype(name), [.. file.info(name).shape], () => file.copy(name));
}
