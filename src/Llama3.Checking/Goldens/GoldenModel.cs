using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;

namespace Llama3.Checking.Goldens;

/// <summary>A model and what the notebooks compute with it: its checkpoint, the goldens, and a manifest that describes them.</summary>
public abstract class GoldenModel
{
    private readonly Lazy<IReadOnlyList<GoldenCase>> _cases;
    private readonly Lazy<IReadOnlyList<GoldenCase>> _passes;

    private protected GoldenModel()
    {
        Article = new ArticleCase(this);
        _cases = new(() => [Article, .. Manifest.Cases.Select(entry => new OtherInputsCase(this, entry.Key, entry.Value))]);
        _passes = new(() => [.. Manifest.Decode.Passes.Select(pass => new PassCase(this, pass))]);
    }

    /// <summary>The name that reports use, such as "micro".</summary>
    public abstract string Name { get; }

    /// <summary>The folder of the goldens: relative to the root of the repository, or a folder of the user's.</summary>
    public abstract string Folder { get; }

    /// <summary>The path of the manifest, in <see cref="Folder"/>.</summary>
    public string ManifestFile => $"{Folder}/manifest.json";

    /// <summary>What the goldens are, where they come from and how closely they must be met.</summary>
    internal abstract Manifest Manifest { get; }

    /// <summary>The model that the notebooks ran: weights, sizes and tokenizer. It belongs to this object, and is not to be disposed.</summary>
    public abstract Checkpoint Checkpoint { get; }

    /// <summary>The article's own prompt, then the cases of the manifest: inputs that show what the article's own cannot.</summary>
    internal IReadOnlyList<GoldenCase> Cases => _cases.Value;

    /// <summary>Passes over new tokens after the article's prompt, each with what is kept of the tokens before.</summary>
    internal IReadOnlyList<GoldenCase> Passes => _passes.Value;

    /// <summary>The article's own prompt: all steps, all layers, all heads.</summary>
    internal ArticleCase Article { get; }

    /// <summary>The case of this name.</summary>
    /// <exception cref="BadInputException">There is none; the message lists those that there are.</exception>
    internal GoldenCase CaseNamed(string name) => Find(Cases, name);

    /// <summary>The case or the pass of this name.</summary>
    /// <exception cref="BadInputException">There is none; the message lists those that there are.</exception>
    internal GoldenCase CaseOrPassNamed(string name) => Find([.. Cases, .. Passes], name);

    /// <summary>
    /// Whether the goldens lack the steps that only show a weight: for a large model these would take as much room as the model itself. They
    /// are computed from the checkpoint. So is what only shows the numbers of another step in another shape, where that was left out too.
    /// </summary>
    internal virtual bool LacksWeights => false;

    /// <summary>The tensors of a file of goldens.</summary>
    /// <param name="path">As <see cref="GoldenCase.FileOf(ScalarType)"/> has it.</param>
    internal abstract IEnumerable<KeyValuePair<string, Tensor>> ReadGoldens(string path);

    private GoldenCase Find(IReadOnlyList<GoldenCase> cases, string name) =>
        cases.SingleOrDefault(golden => golden.Name == name) ?? throw new BadInputException(
            $"{Name} has no case {Printable.Text(name)}; it has {string.Join(", ", cases.Select(golden => golden.Name))}");
}
