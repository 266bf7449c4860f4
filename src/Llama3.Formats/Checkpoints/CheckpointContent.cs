using System.Globalization;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;
using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Checkpoints;

/// <summary>The content of the files of a checkpoint, without the numbers, checked against each other.</summary>
internal sealed class CheckpointContent : IDisposable
{
    private readonly CheckpointFiles _files;
    private readonly CheckpointLayout _layout;
    private readonly Problems _problems;

    private CheckpointContent(CheckpointFiles files, Problems problems) => (_files, _layout, _problems) = (files, files.CreateLayout(), problems);

    /// <summary>The layout's name in JSON.</summary>
    public string Layout => _layout.Name;

    /// <summary>The parameters; null if params.json or config.json cannot be read.</summary>
    public ModelParams? Params { get; private set; }

    /// <summary>The tokenizer; null if it cannot be read.</summary>
    public ITokenizer? Tokenizer { get; private set; }

    /// <summary>The ids that end a text: those of the tokenizer, or Llama 3's without one, and those that other files name.</summary>
    /// <exception cref="BadInputException">Such a file is damaged.</exception>
    public IEnumerable<int> StopIds => (Tokenizer?.frame ?? TextFrame.Llama3).ends.Union(_layout.ReadStopIds());

    /// <summary>Why there is no tokenizer, if the model can be used without; null if there is one, or if none was asked for.</summary>
    public string? TokenizerProblem { get; private set; }

    /// <summary>The weights; null if there are none.</summary>
    public Weights? Weights { get; private set; }

    /// <summary>Names of tensors that the model needs and no file holds.</summary>
    public IReadOnlyList<string> Missing { get; private set; } = [];

    /// <summary>Opens all files and checks them.</summary>
    /// <exception cref="BadInputException">A file is missing, damaged, or unlike the others, and <paramref name="problems"/> throws.</exception>
    public static CheckpointContent Open(CheckpointFiles files, Problems problems, TokenizerUse use = TokenizerUse.Needed)
    {
        var content = new CheckpointContent(files, problems);
        try
        {
            content.Open(use);
            return content;
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        Weights?.Dispose();
        _layout.Close();
    }

    private void Open(TokenizerUse use)
    {
        Params = _problems.Try(_layout.ReadParams);
        OpenTokenizer(use);
        Weights = _layout.OpenWeights(Params, _problems);
        if (Params is null) { return; }
        var shapes = Params.tensor_shapes;
        Missing = [.. shapes.Keys.Where(name => Weights.Find(name) is null)];
        RequireAll();
        foreach (var (name, shape) in shapes) { Require(name, shape); }
        foreach (var weight in Weights.All.Where(weight => !shapes.ContainsKey(weight.name))) { RequireHarmless(weight, Params); }
    }

    private void OpenTokenizer(TokenizerUse use)
    {
        if (use == TokenizerUse.None) { return; }
        var found = new List<string>();
        var problems = use == TokenizerUse.Needed ? _problems : Problems.ListedIn(found);
        Tokenizer = problems.Try(_layout.ReadTokenizer);
        RequireRoomForTokens(problems);
        if (found is [var first, ..]) { (Tokenizer, TokenizerProblem) = (null, first); }
    }

    /// <summary>Without room for all token ids, a prompt could hold ids without an embedding.</summary>
    private void RequireRoomForTokens(Problems problems)
    {
        if (Tokenizer is not null && Tokenizer.n_vocab > Params?.vocab_size)
        {
            problems.Add($"{_files.PathOf(_layout.ParamsFile)}: \"{_layout.VocabularyField}\" is {Params.vocab_size}, expected at least "
                + $"{Tokenizer.n_vocab}, the number of token ids of {_layout.TokenizerFile} with its special tokens");
        }
    }

    private void RequireAll()
    {
        if (Missing is not [var first, ..] || Weights!.Files is not [var file, ..]) { return; }
        var more = Missing.Count > 1 ? $" (and {Missing.Count - 1} more are missing)" : "";
        var stored = _layout.NameOf(first);
        var held = Weights.All.Select(weight => weight.stored_name).Distinct().ToList();
        _problems.Add($"{Holder(file)} holds no tensor {stored}, which {_layout.ParamsFile} calls for{more}; it holds {held.Count}: "
            + Printable.Text(string.Join(", ", held)));
    }

    private string Holder(ITensorFile file) => Weights!.Files.Count == 1 ? file.path : $"\"{_files.Place}\"";

    private void Require(string name, long[] shape)
    {
        if (Weights!.Find(name) is not { } weight) { return; }
        var place = $"{weight.files[0].path}: {weight.stored_name}";
        if (!weight.info.shape.SequenceEqual(shape))
        {
            var parts = weight.files.Count > 1 ? $" with the other {weight.files.Count - 1} parts" : "";
            _problems.Add($"{place} has the shape {Printable.Shape(weight.info.shape)}{parts}, "
                + $"expected {Printable.Shape(shape)} according to {_layout.ParamsFile}");
        }
        else if (weight.info.dtype is not (ScalarType.BFloat16 or ScalarType.Float32))
        {
            _problems.Add($"{place} has dtype {weight.info.stored}, expected BF16, F16 or F32: quantised models can be read from GGUF files");
        }
    }

    /// <summary>With some of its weights left out, a model would run as another model.</summary>
    private void RequireHarmless(Weight weight, ModelParams model)
    {
        var (path, name) = (weight.files[0].path, Printable.Text(weight.stored_name));
        if (LayerOf(weight.name) >= model.n_layers)
        {
            _problems.Add($"{path} holds {name}, but \"{_layout.LayersField}\" of {_layout.ParamsFile} is {model.n_layers}: expected no layer beyond {model.n_layers - 1}");
        }
        else if (_layout.Objection(weight, model) is { } objection) { _problems.Add($"{path} holds {name}{objection}"); }
    }

    private static long? LayerOf(string tensor) =>
        (tensor.StartsWith("model.", StringComparison.Ordinal) ? tensor["model.".Length..] : tensor).Split('.') is ["layers", var digits, ..]
        && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : null;
}
