using Llama3.Formats.Input;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is one file. Its extension says what it is.</summary>
internal static class FileDump
{
    private const string RawAdvice = ": give its folder, with the shape in a .json beside it: {\"shape\": [17, 80]}";

    /// <summary>How to open a file, by its extension.</summary>
    private static readonly Dictionary<string, Func<string, Dump>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".safetensors"] = SafetensorsDump.Open,
        [".npz"] = NpzDump.Open,
        [".pt"] = TorchDump.Open,
        [".pth"] = TorchDump.Open,
        [".bin"] = path => File.Exists(Path.ChangeExtension(path, ".json")) ? throw NotADump(path, RawAdvice) : TorchDump.Open(path),
        [".gguf"] = GgufDump.Open,
        [".json"] = JsonDump.Open,
    };

    /// <summary>Opens a file.</summary>
    /// <exception cref="BadInputException">It is damaged, or not a dump.</exception>
    public static Dump Open(string path) => Readers.TryGetValue(Path.GetExtension(path), out var open)
        ? open(path)
        : throw NotADump(path, Advice(Path.GetExtension(path)));

    private static BadInputException NotADump(string path, string advice) =>
        new(Printable.Line($"{path} is not a dump that can be read, {Dump.Expected}{advice}"));

    private static string Advice(string extension) => extension.ToUpperInvariant() switch
    {
        ".CKPT" or ".PKL" or ".PICKLE" => ": write the tensors alone with torch.save(tensors, \"dump.pt\")",
        ".NPY" => ": give its folder",
        ".RAW" or ".F32" or ".F16" or ".BF16" or ".I64" or ".I32" => RawAdvice,
        ".ZIP" => ": unzip it, and give the folder",
        ".GGML" => ": that holds the weights of a model, not what it computes",
        _ => "",
    };
}
