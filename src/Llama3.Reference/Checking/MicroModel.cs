using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Checking;

/// <summary>An embedded micro checkpoint, a tiny Llama 3 that has learnt some thirty sentences, with what the notebooks compute on it.</summary>
public sealed class MicroModel
{
    private readonly Lazy<Manifest> _manifest;
    private readonly Lazy<Checkpoint> _checkpoint;
    private readonly Lazy<IReadOnlyList<GoldenCase>> _cases;
    private readonly Lazy<IReadOnlyList<GoldenCase>> _passes;

    private MicroModel(string name)
    {
        Name = name;
        _manifest = new(() => Manifest.Parse(Fixtures.Read(ManifestFile)));
        _checkpoint = new(() => Checkpoint.Open(file => Fixtures.Open($"{Folder}/{file}"), $"the embedded checkpoint {name}"));
        _cases = new(() => GoldenCase.Of(this));
        _passes = new(() => GoldenCase.PassesOf(this));
    }

    /// <summary>Grouped queries, as in Llama 3: 8 query heads share 2 key/value heads.</summary>
    public static MicroModel Micro { get; } = new("micro");

    /// <summary>As many key/value heads as query heads: for ports that know no grouped queries.</summary>
    public static MicroModel MicroMha { get; } = new("micro-mha");

    /// <summary>Both.</summary>
    public static IReadOnlyList<MicroModel> All { get; } = [Micro, MicroMha];

    /// <summary>The name on the command line, and of the folder in fixtures.</summary>
    public string Name { get; }

    /// <summary>The folder, relative to the root of the repository.</summary>
    public string Folder => $"fixtures/{Name}";

    /// <summary>The names of the files in the folder: checkpoint, goldens, manifest, licence.</summary>
    public IReadOnlyList<string> Files =>
        [.. Fixtures.Paths.Where(path => path.StartsWith($"{Folder}/", StringComparison.Ordinal)).Select(path => path[(Folder.Length + 1)..])];

    /// <summary>The manifest, relative to the root of the repository.</summary>
    public string ManifestFile => $"{Folder}/manifest.json";

    /// <summary>What the goldens are, where they come from and how closely they must be met.</summary>
    public Manifest Manifest => _manifest.Value;

    /// <summary>The model of this name, which must be one of <see cref="All"/>.</summary>
    public static MicroModel Named(string name) => All.Single(model => model.Name == name);

    /// <summary>The bytes of one of <see cref="Files"/>.</summary>
    public byte[] Read(string file) => Fixtures.Read($"{Folder}/{file}");

    /// <summary>Opened when first asked for, and shared: not to be disposed.</summary>
    public Checkpoint Checkpoint => _checkpoint.Value;

    /// <summary>The article's own prompt, then the cases of the manifest: inputs that show what the article's own cannot.</summary>
    public IReadOnlyList<GoldenCase> Cases => _cases.Value;

    /// <summary>Passes over new tokens behind the article's prompt, each with what is kept of the tokens before.</summary>
    public IReadOnlyList<GoldenCase> Passes => _passes.Value;

    /// <summary>The article's own prompt: all steps, all layers, all heads.</summary>
    public GoldenCase Article => Cases[0];
}
