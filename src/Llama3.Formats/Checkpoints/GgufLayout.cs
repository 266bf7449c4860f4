using Llama3.Formats.Gguf;
using Llama3.Formats.Input;
using Llama3.Formats.Numbers;
using Llama3.Formats.Tokenizers;
using Llama3.Formats.Tokenizers.Gguf;

namespace Llama3.Formats.Checkpoints;

/// <summary>A GGUF file, which has all in it.</summary>
/// <param name="files">The files of its folder.</param>
/// <param name="name">Its name, or that of a part.</param>
internal sealed class GgufLayout(CheckpointFiles files, string name) : CheckpointLayout
{
    /// <summary>The layout's name.</summary>
    public const string Gguf = "gguf";

    private IReadOnlyList<GgufFile>? _parts;

    public override string Name => Gguf;

    public override string ParamsFile => GgufParts.Of(name)[0];

    public override string LayersField => GgufConfig.Key("block_count");

    public override string VocabularyField => GgufNames.Embeddings;

    public override string TokenizerFile => $"tokenizer.ggml.tokens of {ParamsFile}";

    public override ModelParams ReadParams()
    {
        _parts = GgufParts.Open(files, name);
        return new GgufConfig(_parts[0].metadata.Fields, Find).Read();
    }

    public override ITokenizer? ReadTokenizer() =>
        _parts is null ? null // Why is known by now.
        : GgufTokenizer.Read(GgufVocabularyReader.Read(_parts[0].metadata), files.PathOf(ParamsFile));

    public override Weights OpenWeights(ModelParams? model, Problems problems)
    {
        if (_parts is null) { return new([], []); } // Why is known by now.
        var named = new OrderedDictionary<string, Weight>();
        foreach (var (file, stored) in _parts.SelectMany(part => part.names, (part, stored) => (part, stored)))
        {
            var weight = new Weight(GgufNames.All.Meta(stored) ?? stored, stored, file.info(stored), [file], () => file.read(stored));
            if (!named.TryAdd(weight.name, weight)) { problems.Add($"{file.path} holds {Printable.Text(stored)}, and so does {named[weight.name].files[0].path}"); }
        }
        return new(_parts, Weight.Tied(named.Values, model));
    }

    public override string NameOf(string meta) => GgufNames.All.Of(meta);

    public override string? Objection(Weight weight, ModelParams model) =>
        weight.name == GgufNames.RopeFreqs ? null
        : weight.stored_name.EndsWith(".bias", StringComparison.Ordinal) && GgufNames.All.Meta(weight.stored_name) is not null ? ", though not all biases of its kind"
        : base.Objection(weight, model);

    public override void Close()
    {
        foreach (var part in _parts ?? []) { part.Dispose(); }
    }

    private GgufTensorRef? Find(string tensor) => _parts!.FirstOrDefault(part => part.names.Contains(tensor)) is { } holder
        ? new(holder.info(tensor), () => holder.read(tensor).ToSingles())
        : null;
}

/// <summary>A tensor that parameters are read from.</summary>
/// <param name="info">Its shape.</param>
/// <param name="read">Reads its numbers.</param>
internal sealed record GgufTensorRef(TensorInfo info, Func<float[]> read);
