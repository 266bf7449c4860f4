namespace Llama3.Reference.Checkpoints;

/// <summary>Where the files of a checkpoint come from: a folder, or any other source of named streams.</summary>
/// <param name="open">The stream of a file, or null if there is none.</param>
/// <param name="place">What messages call the source.</param>
internal sealed class CheckpointFiles(Func<string, Stream?> open, string place)
{
    private const string Expected =
        "expected a folder with params.json, consolidated.00.pth and tokenizer.model, as Meta distributes Llama 3";

    /// <summary>The files in <paramref name="folder"/>, or in its subfolder "original", where Hugging Face keeps Meta's files.</summary>
    public static CheckpointFiles In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            var found = File.Exists(folder) ? $"\"{folder}\" is a file" : $"there is no folder \"{folder}\"";
            throw new BadInputException($"{found}, {Expected}");
        }
        var original = Path.Combine(folder, "original");
        var place = !File.Exists(Path.Combine(folder, Checkpoint.Weights)) && Directory.Exists(original) ? original : folder;
        return new(name => Path.Combine(place, name) is var path && File.Exists(path) ? File.OpenRead(path) : null, place);
    }

    public string PathOf(string name) => Path.Combine(place, name);

    public bool Has(string name)
    {
        using var stream = open(name);
        return stream is not null;
    }

    /// <summary>What <paramref name="read"/> makes of a file, which is closed afterwards.</summary>
    public T Read<T>(string name, Func<Stream, string, T> read) => Open(name, (stream, path) =>
    {
        using (stream) { return read(stream, path); }
    });

    /// <summary>What <paramref name="read"/> makes of a file and keeps open.</summary>
    public T Open<T>(string name, Func<Stream, string, T> read)
    {
        Stream? stream = null;
        try
        {
            stream = open(name) ?? throw new BadInputException($"\"{place}\" holds no {name}, {Expected}");
            return read(stream, PathOf(name));
        }
        catch (Exception error)
        {
            stream?.Dispose();
            if (error is not (IOException or UnauthorizedAccessException)) { throw; }
            throw new BadInputException($"{PathOf(name)} cannot be read: {error.Message}", error);
        }
    }
}
