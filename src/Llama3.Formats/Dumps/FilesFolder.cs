namespace Llama3.Formats.Dumps;

/// <summary>
/// A dump that is a folder of files of several tensors each. A file that is called as a pass, such as decode.0.safetensors, holds that pass;
/// of the others, all tensors are together.
/// </summary>
internal static class FilesFolder
{
    private const string Json = ".json";
    private static readonly string[][] Extensions = [[".safetensors"], [".npz"], [".pt", ".pth"], [".gguf"]];

    /// <summary>
    /// The files of each kind that there is. A .json may be anything: it counts only in a folder without others, where one is called as a pass
    /// after the prompt. Beside a checkpoint, prompt.json says what to run.
    /// </summary>
    public static IEnumerable<IReadOnlyList<string>> Kinds(string[] content)
    {
        var kinds = Extensions.Select(extensions => With(content, extensions)).Where(files => files.Count > 0).ToList();
        var passes = With(content, [Json]).Where(file => Pass(file) is not null).ToList();
        return kinds.Count == 0 && passes.Exists(file => Pass(file) is not "") ? [passes] : kinds;
    }

    /// <summary>Opens files of one kind.</summary>
    public static Dump Open(string folder, IReadOnlyList<string> files) =>
        DumpParts.Open(folder, "folder of ", files.Select(file => ((Func<Dump>)(() => FileDump.Open(file)), Pass(file) ?? "")));

    private static string? Pass(string file) => PassNames.Prefix(Path.GetFileNameWithoutExtension(file));

    private static List<string> With(string[] content, string[] extensions) =>
        [.. content.Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))];
}
