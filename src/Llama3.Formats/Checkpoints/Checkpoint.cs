using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Checkpoints;

/// <summary>
/// A model as Meta distributes it (params.json, consolidated.00.pth or all its parts, tokenizer.model), or as Hugging Face does
/// (config.json, model.safetensors or its shards, tokenizer.json), or as <c>llama3verify copy</c> writes it (params.json, model.safetensors
/// with Meta's names, tokenizer.model).
/// </summary>
/// <remarks>
/// Weights that files store as they are used are views of the mapped files: they take no memory of the process and end with
/// <see cref="Dispose"/> (with TorchSharp, when nothing uses them any more). Asking for a weight throws if its file has changed since it was opened. Leave
/// open files alone: if one becomes shorter while its numbers are in use, the system ends the process.
/// </remarks>
public sealed class Checkpoint : IDisposable
{
    internal const string Weights = "consolidated.00.pth";
    internal const string Safetensors = "model.safetensors";
    internal const string ParamsFile = "params.json";
    internal const string ConfigFile = "config.json";

    private readonly CheckpointFiles _files;
    private readonly CheckpointContent _content;
    private readonly KeptWeights _kept;

    private Checkpoint(CheckpointFiles files, TokenizerUse use = TokenizerUse.Needed)
    {
        (_files, _content) = (files, CheckpointContent.Open(files, Problems.Thrown, use));
        _kept = new KeptWeights(Params);
    }

    /// <summary>The parameters, from params.json or config.json.</summary>
    public ModelParams Params => _content.Params!;

    /// <summary>The tokenizer of the model.</summary>
    /// <exception cref="BadInputException">It was opened without.</exception>
    public ITokenizer tokenizer => _content.Tokenizer ?? throw new BadInputException($"\"{_files.Place}\" was opened without its tokenizer");

    /// <summary>Whether it was opened with its tokenizer.</summary>
    internal bool has_tokenizer => _content.Tokenizer is not null;

    /// <summary>The ids that end a text.</summary>
    /// <exception cref="BadInputException">A file that names them is damaged.</exception>
    internal IReadOnlySet<int> stop_ids => _content.StopIds.ToHashSet();

    /// <summary>Why there is no tokenizer; null if there is one.</summary>
    internal string? tokenizer_problem => _content.TokenizerProblem;

    /// <summary>Meta's names of the tensors, in the order of Meta's files, for a checkpoint of Hugging Face too.</summary>
    public IEnumerable<string> names => Params.tensor_shapes.Keys;

    /// <summary>
    /// Opens the checkpoint in a folder, or in its subfolder "original"; or the .safetensors file at <paramref name="path"/>, which may have any
    /// name, with the config.json beside it. Checks that all weights are there in the right shapes; each is read when it is asked for.
    /// </summary>
    /// <exception cref="BadInputException">A file is missing, damaged, or does not fit the others.</exception>
    public static Checkpoint Open(string path) => new(CheckpointFiles.In(path));

    /// <summary>Opens the checkpoint, with its tokenizer or without: for those who have token ids.</summary>
    /// <exception cref="BadInputException">A file is missing, damaged, or does not fit the others.</exception>
    internal static Checkpoint Open(string path, TokenizerUse use) => new(CheckpointFiles.In(path), use);

    /// <summary>Opens a checkpoint whose files are not in a folder: resources of an assembly, for example.</summary>
    /// <param name="open">A seekable stream of the file of that name, or null if there is none.</param>
    /// <param name="place">The source's name in messages.</param>
    /// <exception cref="BadInputException">A file is missing, damaged, or does not fit the others.</exception>
    public static Checkpoint Open(Func<string, Stream?> open, string place) => new(new CheckpointFiles(open, place));

    /// <summary>Whether the matrices are in blocks, or in another form that is expanded to float32 where it is used: bfloat16 would round all of them each time.</summary>
    internal bool is_packed => _content.Layout == GgufLayout.Gguf && Find("layers.0.attention.wq.weight").info.dtype == ScalarType.Float32;

    /// <summary>The type of a weight in the file: BF16, Q4_0, ….</summary>
    /// <exception cref="BadInputException">There is no such weight.</exception>
    internal string stored(string name) => Find(name).info.stored;

    /// <summary>
    /// A weight by its name in consolidated.00.pth, such as <c>layers.0.attention.wq.weight</c>. A weight that is not a view of a file is
    /// kept as long as it is in use; those of a small model are kept until <see cref="Dispose"/>.
    /// </summary>
    /// <exception cref="BadInputException">There is no such weight, or its file has changed since it was opened.</exception>
    public Tensor weight(string name)
    {
        var weight = Find(name);
        lock (_kept)
        {
            foreach (var file in weight.files) { file.RequireSame(); }
            return _kept.Get(name) ?? _kept.Keep(name, weight.read().DetachFromDisposeScope());
        }
    }

    /// <summary>
    /// The same in the dtype that is computed in: the checkpoint's own tensor if it is stored so, else a converted one. A small model keeps
    /// it too; of a large one it belongs to the caller's dispose scope.
    /// </summary>
    internal Tensor weight(string name, ScalarType dtype)
    {
        var stored = weight(name);
        return stored.dtype == dtype ? stored : _kept.Converted(name, stored, dtype);
    }

    /// <summary>Refuses what was computed from files that have changed meanwhile: for the end of a computation.</summary>
    /// <exception cref="BadInputException">A file of weights has changed since it was opened.</exception>
    internal void RequireSame()
    {
        foreach (var file in _content.Weights!.Files) { file.RequireSame(); }
    }

    private Weight Find(string name) =>
        _content.Weights!.Find(name) ?? throw new BadInputException($"\"{_files.Place}\" holds no tensor {Printable.Text(name)}");

    /// <summary>Closes the files and frees the weights that have been read.</summary>
    public void Dispose()
    {
        lock (_kept) { _kept.Dispose(); }
        _content.Dispose();
    }
}
