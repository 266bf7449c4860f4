using Llama3.Formats.Input;
using Llama3.Formats.Safetensors;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is one .safetensors file, which stays open.</summary>
internal static class SafetensorsDump
{
    public static Dump Open(string path) => FileGuard.Read(path, () =>
    {
        var file = InputFile.Open(path);
        try
        {
            var header = SafetensorsHeader.Read(file);
            return new Dump(path, "safetensors", [.. header.entries.Select(entry => Entry(path, file, header, entry))], file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    });

    private static DumpEntry Entry(string path, Stream file, SafetensorsHeader header, SafetensorsEntry entry) =>
        new(entry.name, entry.dtype, entry.shape, () => FileGuard.Read(path, () =>
        {
            lock (file) { return header.ReadTensor(file, entry); }
        }));
}
