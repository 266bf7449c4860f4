using Llama3.Formats.Input;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Checkpoints;

/// <summary>The files of a checkpoint: those of a folder, or of any other source of named streams.</summary>
/// <param name="open">The stream of a file, or null if there is none.</param>
/// <param name="place">The source's name in messages.</param>
internal sealed class CheckpointFiles(Func<string, Stream?> open, string place)
{
    private const string Expected = "expected a folder with params.json, consolidated.00.pth and tokenizer.model, as Meta distributes "
        + "Llama 3, or with config.json and model.safetensors, as Hugging Face does; "
        + "Meta's tensors may also be in model.safetensors";

    /// <summary>Whether the files are laid out as Hugging Face's, not as Meta's.</summary>
    public bool AreHuggingFaces => !Has(Checkpoint.Weights) && Has(Checkpoint.ConfigFile);

    /// <summary>Whether Meta's tensors, under Meta's names, are in model.safetensors: "llama3verify copy" writes them so.</summary>
    public bool AreMetasInSafetensors => !Has(Checkpoint.Weights) && !Has(Checkpoint.ConfigFile) && Has(Checkpoint.Safetensors);

    /// <summary>The source's name in messages.</summary>
    public string Place => place;

    /// <summary>
    /// The files in <paramref name="folder"/>, or in its subfolder "original", where Hugging Face keeps Meta's files, if Meta's weights
    /// are only there.
    /// </summary>
    public static CheckpointFiles In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            var found = File.Exists(folder) ? $"\"{folder}\" is a file" : $"there is no folder \"{folder}\"";
            throw new BadInputException($"{found}, {Expected}");
        }
        var original = Path.Combine(folder, "original");
        var place = !File.Exists(Path.Combine(folder, Checkpoint.Weights))
            && (File.Exists(Path.Combine(original, Checkpoint.Weights))
                || (Directory.Exists(original) && !File.Exists(Path.Combine(folder, Checkpoint.ConfigFile))
                    && !File.Exists(Path.Combine(folder, Checkpoint.Safetensors)))) ? original : folder;
        return new(name => Path.Combine(place, name) is var path && File.Exists(path) ? OpenFile(path) : null, place);
    }

    public string PathOf(string name) => Path.Combine(place, name);

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

    /// <summary>A file of length 0 is not opened: pipes and devices have this length, and could keep us waiting forever.</summary>
    private static Stream OpenFile(string path) => InputFile.LengthOf(path) == 0 ? Stream.Null : File.OpenRead(path);
}
