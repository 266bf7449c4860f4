using System.Text.RegularExpressions;
using Llama3.Formats.Gguf;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is one .gguf file, which stays open. Its tensors are copies; those in blocks are expanded. Weights of a model are refused.</summary>
internal static partial class GgufDump
{
    public static Dump Open(string path) => FileGuard.Read(path, () =>
    {
        var stream = InputFile.Open(path);
        try
        {
            var file = new GgufFile(stream, path);
            RequireResults(file);
            return new Dump(path, "GGUF", [.. file.names.Select(name => Entry(file, name))], file);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    private static DumpEntry Entry(GgufFile file, string name) =>
        new(name, file.dtype(name) ?? Dtype.F32, [.. file.info(name).shape], () => file.copy(name));

    /// <summary>A dump may hold weights too, but something that was computed as well.</summary>
    private static void RequireResults(GgufFile file)
    {
        const string Expected = "expected tensors by the names of steps, such as layers.0.q_per_token";
        if (file.names is []) { throw new InvalidDataException($"the file holds no tensors, {Expected}"); }
        if (!file.names.All(name => Weight().IsMatch(name))) { return; }
        var model = file.metadata.Fields.IsNull("general.architecture") ? "" : $" of the architecture \"{Printable.Text(file.metadata.Fields.Text("general.architecture"))}\"";
        throw new InvalidDataException($"that holds the weights of a model{model}, not what it computes: {Printable.Text(file.names[0])}, …; {Expected}");
    }

    [GeneratedRegex(@"\.(weight|bias|scale|lora_a|lora_b)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Weight();
}
