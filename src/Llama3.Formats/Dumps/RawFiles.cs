using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Dumps;

/// <summary>A dump that is a folder of files of bare numbers, x.bin or x.f32, each with a x.json beside it that says its shape.</summary>
internal static class RawFiles
{
    private const int MostBytes = 1_000_000;
    private const string Example = "{\"shape\": [17, 80], \"dtype\": \"f32\"}";

    private static readonly string[] Extensions = [".bin", ".raw", ".data", .. Enum.GetNames<Dtype>().Select(dtype => $".{dtype}")];

    /// <summary>The files of bare numbers; none if no file says a shape.</summary>
    public static IReadOnlyList<string> In(string[] content)
    {
        List<string> files = [.. content.Where(IsRaw)];
        return files.Exists(file => content.Contains(JsonOf(file))) ? files : [];
    }

    /// <summary>Whether these are such files.</summary>
    public static bool Are(IReadOnlyList<string> files) => files.All(IsRaw);

    /// <summary>Opens them.</summary>
    public static Dump Open(string folder, IReadOnlyList<string> files)
    {
        var twice = files.GroupBy(JsonOf).FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? new(folder, "folder of raw files with a .json each", [.. files.Select(Entry)])
            : throw new InvalidDataException($"{Path.GetFileName(twice.First())} and {Path.GetFileName(twice.Last())} are called the same, expected one of them");
    }

    private static bool IsRaw(string file) => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    private static string JsonOf(string file) => Path.ChangeExtension(file, ".json");

    private static DumpEntry Entry(string file)
    {
        var path = JsonOf(file);
        if (!Path.Exists(path)) { throw new InvalidDataException($"{Path.GetFileName(file)} has no {Path.GetFileName(path)} beside it, expected {Example}"); }
        var json = InputFile.Read(path, content => Utf8.WithoutByteOrderMark(content.ReadAll(MostBytes, path)));
        var (dtype, shape) = FileGuard.Read(path, () => StrictJson.Parse(json, "this is not a JSON object", header => (DtypeOf(header, file), ShapeOf(header))));
        return InputFile.Read(file, content => TensorFile.Entry(file, content, Path.GetFileNameWithoutExtension(file), dtype, shape, begin: 0));
    }

    private static long[] ShapeOf(JsonElement header) => StrictJson.Sizes(header, "shape")
        ?? throw new InvalidDataException($"\"shape\" is missing or bad, expected {StrictJson.ExpectedShape}: {Example}");

    /// <summary>The extension may say it too.</summary>
    private static Dtype DtypeOf(JsonElement header, string file)
    {
        if (StrictJson.Field(header, "dtype").ValueKind == JsonValueKind.Undefined)
        {
            return Dtypes.Find(Path.GetExtension(file)[1..], StringComparison.OrdinalIgnoreCase) ?? Dtype.F32;
        }
        var known = Dtypes.Known.ToLowerInvariant();
        var name = StrictJson.Text(header, "dtype") ?? throw new InvalidDataException($"\"dtype\" is bad, expected a text: one of {known}");
        return Dtypes.Find(name, StringComparison.OrdinalIgnoreCase)
            ?? throw new InvalidDataException($"\"dtype\" is {Printable.Text(name)}, expected one of {known}");
    }
}
