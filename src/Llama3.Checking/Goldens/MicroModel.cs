using Llama3.Formats.Checkpoints;
using Llama3.Formats.Safetensors;

namespace Llama3.Checking.Goldens;

/// <summary>An embedded micro checkpoint: a tiny Llama 3 that has learnt some thirty sentences, and what the notebooks compute with it.</summary>
public sealed class MicroModel : GoldenModel
{
    private readonly Lazy<Manifest> _manifest;
    private readonly Lazy<Checkpoint> _checkpoint;

    private MicroModel(string name, bool lacksWeights = false)
    {
        (Name, LacksWeights) = (name, lacksWeights);
        _manifest = new(() => Manifest.Parse(Fixtures.Read(ManifestFile)));
        _checkpoint = new(() => Checkpoint.Open(file => Fixtures.Open($"{Folder}/{file}"), $"the embedded checkpoint {name}"));
    }

    /// <summary>Grouped queries, as in Llama 3: 8 query heads share 2 key/value heads.</summary>
    public static MicroModel Micro { get; } = new("micro");

    /// <summary>As many key/value heads as query heads, 8: for ports without grouped queries.</summary>
    public static MicroModel MicroMha { get; } = new("micro-mha");

    /// <summary>The architecture of Llama 3.2: RoPE scaled by 32, a head_dim of 64 that is not dim / n_heads, tied embeddings.</summary>
    public static MicroModel Micro32 { get; } = new("micro-3.2", lacksWeights: true);

    /// <summary>All models: <see cref="Micro"/> first.</summary>
    public static IReadOnlyList<MicroModel> All { get; } = [Micro, MicroMha, Micro32];

    /// <summary>The name on the command line, and of the folder in fixtures.</summary>
    public override string Name { get; }

    /// <summary>The folder, relative to the root of the repository.</summary>
    public override string Folder => $"fixtures/{Name}";

    /// <summary>The names of the files in the folder: checkpoint, goldens, manifest, licence.</summary>
    public IReadOnlyList<string> Files =>
        [.. Fixtures.Paths.Where(path => path.StartsWith($"{Folder}/", StringComparison.Ordinal)).Select(path => path[(Folder.Length + 1)..])];

    /// <summary>What the goldens are, where they come from and how closely they must be met.</summary>
    internal override Manifest Manifest => _manifest.Value;

    /// <summary>The model of this name.</summary>
    /// <param name="name">"micro", "micro-mha" or "micro-3.2".</param>
    /// <exception cref="InvalidOperationException">There is no such model.</exception>
    public static MicroModel Named(string name) => All.Single(model => model.Name == name);

    /// <summary>The bytes of a file.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <exception cref="FileNotFoundException">It is not one of them.</exception>
    public byte[] Read(string file) => Fixtures.Read($"{Folder}/{file}");

    /// <summary>Opened when first asked for, and shared: not to be disposed.</summary>
    public override Checkpoint Checkpoint => _checkpoint.Value;

    /// <inheritdoc/>
    internal override bool LacksWeights { get; }

    /// <inheritdoc/>
    internal override IEnumerable<KeyValuePair<string, Tensor>> ReadGoldens(string path) => SafetensorsFile.ReadAll(Fixtures.Read(path), path);
}
