using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Checkpoints;

/// <summary>
/// A model as Meta distributes it (params.json, consolidated.00.pth or all its parts, tokenizer.model), or as Hugging Face does
/// (config.json, model.safetensors or its shards, tokenizer.json).
/// </summary>
/// <remarks>
/// Weights that lie in files as they are used are views of the mapped files: they take no memory of the process's own, and end with
/// <see cref="Dispose"/>. A file that has become shorter is noticed whenever a weight is asked for. If it becomes shorter while its
/// numbers are looked at, the system ends the process, and if other numbers are written to it, they are used: leave the files alone.
/// </remarks>
public sealed class Checkpoint : IDisposable
{
    internal const string Weights = "consolidated.00.pth";
    internal const string ParamsFile = "params.json";
    internal const string ConfigFile = "config.json";

    private readonly CheckpointFiles _files;
    private readonly CheckpointContent _content;
    private readonly KeptWeights _kept = new();

    private Checkpoint(CheckpointFiles files) => (_files, _content) = (files, CheckpointContent.Open(files, Problems.Thrown));

    /// <summary>What params.json or config.json says.</summary>
    public ModelParams Params => _content.Params!;

    /// <summary>The tokenizer of the model.</summary>
    public ITokenizer tokenizer => _content.Tokenizer!;

    /// <summary>Meta's names of the tensors, in the order of Meta's files; Hugging Face's have an order of their own.</summary>
    public IEnumerable<string> names => _files.AreHuggingFaces ? Params.tensor_shapes.Keys : _content.Weights!.All.Select(weight => weight.name);

    /// <summary>
    /// Opens the checkpoint in <paramref name="folder"/>, or in its subfolder "original". The weights are read when they
    /// are asked for, but that all of them are there in the right shape is known from here on.
    /// </summary>
    /// <exception cref="BadInputException">A file is missing, damaged, or does not fit the others.</exception>
    public static Checkpoint Open(string folder) => new(CheckpointFiles.In(folder));

    /// <summary>Opens a checkpoint whose files are not in a folder: resources of an assembly, for example.</summary>
    /// <param name="open">A seekable stream of the file of that name, or null if there is none.</param>
    /// <param name="place">What messages call the source.</param>
    /// <exception cref="BadInputException">A file is missing, damaged, or does not fit the others.</exception>
    public static Checkpoint Open(Func<string, Stream?> open, string place) => new(new CheckpointFiles(open, place));

    /// <summary>
    /// A weight by its name in consolidated.00.pth, such as <c>layers.0.attention.wq.weight</c>. What is more than a view of a file is
    /// kept as long as it is in use, and if there is not much of it, until <see cref="Dispose"/>.
    /// </summary>
    /// <exception cref="BadInputException">There is no such weight, or the file is cut off.</exception>
    public Tensor weight(string name)
    {
        var weight = _content.Weights!.Find(name) ?? throw new BadInputException($"\"{_files.Place}\" holds no tensor {Printable.Text(name)}");
        lock (_kept)
        {
            foreach (var file in weight.files) { file.RequireWhole(); }
            return _kept.Get(name) ?? _kept.Keep(name, weight.read().DetachFromDisposeScope());
        }
    }

    /// <summary>Closes the files of the weights, and frees those that have been read.</summary>
    public void Dispose()
    {
        lock (_kept) { _kept.Dispose(); }
        _content.Dispose();
    }
}
