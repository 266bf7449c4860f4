using Llama3.Formats.Input;
using Llama3.Formats.Npy;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is a folder of .npy files, one for each tensor.</summary>
internal static class NpyFolder
{
    public const string Extension = ".npy";

    public static Dump Open(string folder, IEnumerable<string> files) =>
        new(folder, "folder of .npy", [.. files.Order(StringComparer.Ordinal).Select(Entry)]);

    private static DumpEntry Entry(string path) => InputFile.Read(path, file =>
    {
        var header = NpyHeader.Read(file, file.Length);
        return TensorFile.Entry(path, file, Path.GetFileNameWithoutExtension(path), header.dtype, header.shape, header.begin);
    });
}
