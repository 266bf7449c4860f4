using Llama3.Formats.Tokenizers;

namespace Llama3.Formats.Checkpoints;

/// <summary>Where a checkpoint keeps its parameters, its tokenizer and its weights, and what it calls them.</summary>
internal abstract class CheckpointLayout
{
    /// <summary>The layout's name in JSON.</summary>
    public abstract string Name { get; }

    /// <summary>The file of the parameters.</summary>
    public abstract string ParamsFile { get; }

    /// <summary>The field with the number of layers.</summary>
    public abstract string LayersField { get; }

    /// <summary>The field, or what else there is, with the number of token ids.</summary>
    public abstract string VocabularyField { get; }

    /// <summary>What the tokenizer is read from, in messages.</summary>
    public abstract string TokenizerFile { get; }

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="Input.BadInputException">The file is missing, damaged, or of another model.</exception>
    public abstract ModelParams ReadParams();

    /// <summary>Reads the tokenizer; null if it is in the file of the parameters, which could not be read.</summary>
    /// <exception cref="Input.BadInputException">It is missing, damaged, or of a kind that is not known.</exception>
    public abstract ITokenizer? ReadTokenizer();

    /// <summary>The ids that end a text, which the files name beside those of the tokenizer.</summary>
    /// <exception cref="Input.BadInputException">A file is damaged.</exception>
    public virtual IReadOnlyList<int> ReadStopIds() => [];

    /// <summary>Opens the files of the weights.</summary>
    /// <param name="model">The parameters; null if they could not be read.</param>
    /// <param name="problems">Takes the problems.</param>
    /// <exception cref="Input.BadInputException">A file is missing, damaged or unlike the others, and <paramref name="problems"/> throws.</exception>
    public abstract Weights OpenWeights(ModelParams? model, Problems problems);

    /// <summary>The name in the files of one of Meta's tensors.</summary>
    public virtual string NameOf(string meta) => meta;

    /// <summary>Why a model of these parameters cannot have a weight that it does not need; null if it does no harm.</summary>
    public virtual string? Objection(Weight weight, ModelParams model) =>
        weight.name.EndsWith(".weight", StringComparison.Ordinal) || weight.name.EndsWith(".bias", StringComparison.Ordinal)
            ? $", which Llama 3 does not have: {ModelParams.Only}"
            : null;

    /// <summary>Closes the files that are open, also where there are no weights to close them with.</summary>
    public virtual void Close()
    {
    }
}
