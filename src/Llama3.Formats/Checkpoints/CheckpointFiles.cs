using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Checkpoints;

/// <summary>The files of a checkpoint: those of a folder, or of any other source of named streams.</summary>
/// <param name="open">The stream of a file, or null if there is none.</param>
/// <param name="place">The source's name in messages.</param>
/// <param name="weights">The path of the file that is opened as model.safetensors; null where it has this name.</param>
/// <param name="gguf">The name of the GGUF file, or of one of its parts, that is the checkpoint; null if it is none.</param>
internal sealed class CheckpointFiles(Func<string, Stream?> open, string place, string? weights = null, string? gguf = null)
{
    private const string Gguf = ".gguf";

    private const string Expected = "expected a folder with params.json, consolidated.00.pth and tokenizer.model, as Meta distributes "
        + "Llama 3, or with config.json and model.safetensors, as Hugging Face does; "
        + "Meta's tensors may also be in model.safetensors; or one .safetensors file, with its config.json beside it; or a GGUF file";

    /// <summary>Whether Meta's tensors, under Meta's names, are in model.safetensors: "llama3verify copy" writes them so.</summary>
    public bool AreMetasInSafetensors => !Has(Checkpoint.Weights) && !Has(Checkpoint.ConfigFile) && Has(Checkpoint.Safetensors);

    /// <summary>The source's name in messages.</summary>
    public string Place => gguf is null ? place : PathOf(gguf);

    /// <summary>How the files are laid out.</summary>
    public CheckpointLayout CreateLayout() => gguf is not null ? new GgufLayout(this, gguf)
        : !Has(Checkpoint.Weights) && Has(Checkpoint.ConfigFile) ? new HuggingFaceLayout(this)
        : new MetaLayout(this);

    /// <summary>
    /// The files in a folder, or in its subfolder "original", where Hugging Face keeps Meta's files, if Meta's weights are only there; or a
    /// .safetensors file of any name and the other files in its folder.
    /// </summary>
    public static CheckpointFiles In(string path)
    {
        if (Directory.Exists(path)) { return InFolder(path); }
        var (isGguf, isSafetensors) = (EndsWith(Gguf), EndsWith(".safetensors"));
        if (!File.Exists(path)) { throw new BadInputException($"there is no {(isGguf || isSafetensors ? "file" : "folder")} \"{path}\", {Expected}"); }
        return isGguf ? OfGguf(path)
            : isSafetensors ? Beside(path)
            : throw new BadInputException($"\"{path}\" is a file, {Expected}");

        bool EndsWith(string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
    }

    private static CheckpointFiles InFolder(string folder)
    {
        if (OnlyGguf(folder) is { } gguf) { return OfGguf(gguf); }
        var original = Path.Combine(folder, "original");
        var place = !File.Exists(Path.Combine(folder, Checkpoint.Weights))
            && (File.Exists(Path.Combine(original, Checkpoint.Weights))
                || (Directory.Exists(original) && !File.Exists(Path.Combine(folder, Checkpoint.ConfigFile))
                    && !File.Exists(Path.Combine(folder, Checkpoint.Safetensors)))) ? original : folder;
        return new(name => OpenIfThere(Path.Combine(place, name)), place);
    }

    private static CheckpointFiles OfGguf(string path) =>
        new(name => OpenIfThere(Path.Combine(FolderOf(path), name)), FolderOf(path), gguf: Path.GetFileName(path));

    /// <summary>The GGUF file in a folder that holds no other checkpoint, or the first part; null if there is none.</summary>
    /// <exception cref="BadInputException">There are several, or the folder cannot be read.</exception>
    private static string? OnlyGguf(string folder)
    {
        if (Path.Exists(Path.Combine(folder, Checkpoint.ConfigFile)) || Path.Exists(Path.Combine(folder, Checkpoint.ParamsFile))) { return null; }
        var files = FileGuard.Read($"\"{folder}\"", () => Directory.GetFiles(folder, "*" + Gguf));
        string[] found = [.. files.Select(path => GgufParts.Of(Path.GetFileName(path))[0]).Distinct().Order()];
        return found.Length > 1
            ? throw new BadInputException($"\"{folder}\" holds {found.Length} GGUF files: give the path of one, such as \"{Path.Combine(folder, found[0])}\"")
            : found is [var only] ? Path.Combine(folder, only) : null;
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";

    private static CheckpointFiles Beside(string weights)
    {
        var folder = FolderOf(weights);
        string[] beside = [Checkpoint.ConfigFile, Checkpoint.ParamsFile, .. TokenizerFiles.All, .. HuggingFaceTexts.Files];
        return beside.Take(2).Any(name => File.Exists(Path.Combine(folder, name)))
            ? new(name => name == Checkpoint.Safetensors ? OpenFile(weights) : beside.Contains(name) ? OpenIfThere(Path.Combine(folder, name)) : null, folder, weights)
            : throw new BadInputException($"\"{folder}\" holds no config.json, which belongs to \"{weights}\": "
                + "put the model's config.json there, or its params.json if the tensors have Meta's names");
    }

    public string PathOf(string name) => weights is not null && name == Checkpoint.Safetensors ? weights : Path.Combine(place, name);

    /// <summary>Whether there is such a file, readable or not.</summary>
    public bool Has(string name)
    {
        try
        {
            using var stream = open(name);
            return stream is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>The result of <paramref name="read"/> for a file, which is then closed.</summary>
    public T Read<T>(string name, Func<Stream, string, T> read) => Open(name, (stream, path) =>
    {
        using (stream) { return read(stream, path); }
    });

    /// <summary>The result of <paramref name="read"/> for several files, which stay open; a file that cannot be opened is left out.</summary>
    public Weights OpenAll(
        IEnumerable<string> names, Func<Stream, string, ITensorFile> open, Problems problems, Func<IReadOnlyList<ITensorFile>, Weights> read)
    {
        var opened = new List<ITensorFile>();
        try
        {
            foreach (var name in names)
            {
                if (problems.Try(() => Open(name, open)) is { } file) { opened.Add(file); }
            }
            return read(opened);
        }
        catch
        {
            foreach (var file in opened) { file.Dispose(); }
            throw;
        }
    }

    /// <summary>The result of <paramref name="read"/> for a file, which stays open.</summary>
    public T Open<T>(string name, Func<Stream, string, T> read) => FileGuard.Read(PathOf(name), () =>
    {
        var stream = open(name) ?? throw new BadInputException($"\"{place}\" holds no {name}, {Expected}");
        try
        {
            return read(stream, PathOf(name));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    });

    private static Stream? OpenIfThere(string path) => File.Exists(path) ? OpenFile(path) : null;

    /// <summary>A file of length 0 is not opened: pipes and devices have this length, and could keep us waiting forever.</summary>
    private static Stream OpenFile(string path) => InputFile.LengthOf(path) == 0 ? Stream.Null : File.OpenRead(path);
}
