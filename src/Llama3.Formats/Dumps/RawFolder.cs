using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is a folder of files of bare numbers, and manifest.json with their dtypes and shapes.</summary>
internal static class RawFolder
{
    public const string Manifest = "manifest.json";
    private const string DefaultDtype = "f32";
    private const int MostBytes = 100_000_000;

    public static Dump Open(string folder)
    {
        var manifest = Path.Combine(folder, Manifest);
        var json = InputFile.Read(manifest, file => Utf8.WithoutByteOrderMark(file.ReadAll(MostBytes, manifest)));
        return FileGuard.Read(manifest, () => StrictJson.Parse(json, "this is not a JSON object", tensors =>
            new Dump(folder, $"folder of raw files with {Manifest}", [.. tensors.EnumerateObject().Select(tensor => Entry(folder, tensor))])));
    }

    /// <summary>"q_per_token": {"shape": [17, 80], "dtype": "f32", "file": "q_per_token.f32"}</summary>
    private static DumpEntry Entry(string folder, JsonProperty tensor)
    {
        var name = Printable.Text(tensor.Name);
        var shape = StrictJson.Sizes(tensor.Value, "shape")
            ?? throw new InvalidDataException($"\"shape\" of {name} is missing or bad, expected {StrictJson.ExpectedShape}");
        var dtype = Text(tensor, "dtype", DefaultDtype);
        var known = Dtypes.Find(dtype, StringComparison.OrdinalIgnoreCase)
            ?? throw new InvalidDataException($"{name} has dtype {Printable.Text(dtype)}; expected one of {Dtypes.Known.ToLowerInvariant()}");
        var file = Text(tensor, "file", $"{tensor.Name}.{dtype}");
        RequireInFolder(folder, file, name);
        var path = Path.Combine(folder, file);
        return InputFile.Read(path, content => TensorFile.Entry(path, content, tensor.Name, known, shape, begin: 0));
    }

    private static string Text(JsonProperty tensor, string field, string missing) =>
        StrictJson.Field(tensor.Value, field).ValueKind == JsonValueKind.Undefined ? missing
        : StrictJson.Text(tensor.Value, field)
            ?? throw new InvalidDataException($"\"{field}\" of {Printable.Text(tensor.Name)} is bad, expected a text");

    private static void RequireInFolder(string folder, string file, string name)
    {
        if (file is "" or "." or ".." || file.Any(letter => letter is '/' or '\\' or ':' || char.IsControl(letter)))
        {
            throw new InvalidDataException($"{name} has the file \"{Printable.Text(file)}\", expected the bare name of a file in this folder");
        }
        if (!Path.Exists(Path.Combine(folder, file)))
        {
            throw new InvalidDataException($"{name} has the file \"{Printable.Text(file)}\", which is not in this folder");
        }
    }
}
