using System.Globalization;
using Llama3.Reference.Tokens;

namespace Llama3.Reference.Checkpoints;

/// <summary>A model as Meta distributes it: params.json, consolidated.00.pth and tokenizer.model.</summary>
public sealed class Checkpoint : IDisposable
{
    internal const string Weights = "consolidated.00.pth";
    private const string ParamsFile = "params.json";

    private readonly CheckpointFiles _files;
    private readonly PthFile _file;
    private readonly Dictionary<string, Tensor> _weights = [];

    private Checkpoint(CheckpointFiles files)
    {
        _files = files;
        Params = files.Read(ParamsFile, ModelParams.Read);
        tokenizer = files.Read("tokenizer.model", Llama3Tokenizer.Read);
        RequireRoomForTokens();
        _file = files.Open(Weights, OpenWeights);
    }

    /// <summary>What params.json says.</summary>
    public ModelParams Params { get; }

    /// <summary>The tokenizer of the model.</summary>
    public ITokenizer tokenizer { get; }

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
    /// A weight by its name in consolidated.00.pth, such as <c>layers.0.attention.wq.weight</c>. It is read once and kept.
    /// </summary>
    /// <exception cref="BadInputException">There is no such weight, or the file is cut off.</exception>
    public Tensor weight(string name)
    {
        lock (_weights)
        {
            return _weights.TryGetValue(name, out var weight) ? weight : _weights[name] = _file.read(name).DetachFromDisposeScope();
        }
    }

    /// <summary>Closes the file of the weights, and frees those that have been read.</summary>
    public void Dispose()
    {
        lock (_weights)
        {
            foreach (var weight in _weights.Values) { weight.Dispose(); }
            _weights.Clear();
        }
        _file.Dispose();
    }

    /// <summary>Otherwise a prompt could hold ids that have no embedding.</summary>
    private void RequireRoomForTokens()
    {
        if (tokenizer.n_vocab > Params.vocab_size)
        {
            throw new BadInputException($"{_files.PathOf(ParamsFile)}: \"vocab_size\" is {Params.vocab_size}, expected at least "
                + $"{tokenizer.n_vocab}, the number of token ids of tokenizer.model with its special tokens");
        }
    }

    private PthFile OpenWeights(Stream stream, string path)
    {
        if (_files.Has("consolidated.01.pth"))
        {
            throw new BadInputException($"{path} is one part of several: only models in a single file, such as Llama 3 8B, can be read");
        }
        var opened = new PthFile(stream, path);
        foreach (var (name, shape) in Params.tensor_shapes) { Require(opened, name, shape, path); }
        RequireNoMoreLayers(opened, path);
        return opened;
    }

    /// <summary>With some of its layers left out the model would run, but as another one.</summary>
    private void RequireNoMoreLayers(PthFile file, string path)
    {
        if (file.names.FirstOrDefault(name => LayerOf(name) >= Params.n_layers) is { } beyond)
        {
            throw new BadInputException($"{path} holds {Printable.Text(beyond)}, but \"n_layers\" of params.json is {Params.n_layers}: "
                + $"expected no layer beyond {Params.n_layers - 1}");
        }
    }

    private static long? LayerOf(string tensor) =>
        tensor.Split('.') is ["layers", var digits, ..]
        && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : null;

    private static void Require(PthFile file, string name, long[] shape, string path)
    {
        if (!file.names.Contains(name))
        {
            throw new BadInputException($"{path} holds no tensor {name}, which params.json calls for; it holds {file.names.Count}: "
                + Printable.Text(string.Join(", ", file.names)));
        }
        if (file.info(name).shape is var found && !found.SequenceEqual(shape))
        {
            throw new BadInputException($"{path}: {name} has the shape {Printable.Shape(found)}, "
                + $"expected {Printable.Shape(shape)} after params.json");
        }
    }
}
