using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Dumps;

/// <summary>A dump that is one .safetensors file, which stays open.</summary>
internal static class SafetensorsDump
{
    public static Dump Open(string path) => DumpFile.Guard(path, () =>
    {
        var file = DumpFile.Open(path);
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
        new(entry.name, entry.dtype, entry.shape, () => DumpFile.Guard(path, () =>
        {
            lock (file) { return header.ReadTensor(file, entry); }
        }));
}
