using Llama3.Formats.Checkpoints;
using Llama3.Formats.Safetensors;

namespace Llama3.Checking.Goldens;

/// <summary>An embedded micro checkpoint, a tiny Llama 3 that has learnt some thirty sentences, with what the notebooks compute on it.</summary>
public sealed class MicroModel : GoldenModel
{
    private readonly Lazy<Manifest> _manifest;
    private readonly Lazy<Checkpoint> _checkpoint;

    private MicroModel(string name)
    {
        Name = name;
        _manifest = new(() => Manifest.Parse(Fixtures.Read(ManifestFile)));
        _checkpoint = new(() => Checkpoint.Open(file => Fixtures.Open($"{Folder}/{file}"), $"the embedded checkpoint {name}"));
    }

    /// <summary>Grouped queries, as in Llama 3: 8 query heads share 2 key/value heads.</summary>
    public static MicroModel Micro { get; } = new("micro");

    /// <summary>As many key/value heads as query heads: for ports that know no grouped queries.</summary>
    public static MicroModel MicroMha { get; } = new("micro-mha");

    /// <summary>Both.</summary>
    public static IReadOnlyList<MicroModel> All { get; } = [Micro, MicroMha];

    /// <summary>The name on the command line, and of the folder in fixtures.</summary>
    public override string Name { get; }

    /// <summary>The folder, relative to the root of the repository.</summary>
    public override string Folder => $"fixtures/{Name}";

    /// <summary>The names of the files in the folder: checkpoint, goldens, manifest, licence.</summary>
    public IReadOnlyList<string> Files =>
        [.. Fixtures.Paths.Where(path => path.StartsWith($"{Folder}/", StringComparison.Ordinal)).Select(path => path[(Folder.Length + 1)..])];

    /// <summary>What the goldens are, where they come from and how closely they must be met.</summary>
    internal override Manifest Manifest => _manifest.Value;

    /// <summary>The model of this name, which must be one of <see cref="All"/>.</summary>
    public static MicroModel Named(string name) => All.Single(model => model.Name == name);

    /// <summary>The bytes of one of <see cref="Files"/>.</summary>
    public byte[] Read(string file) => Fixtures.Read($"{Folder}/{file}");

    /// <summary>Opened when first asked for, and shared: not to be disposed.</summary>
    public override Checkpoint Checkpoint => _checkpoint.Value;

    /// <inheritdoc/>
    internal override IEnumerable<KeyValuePair<string, Tensor>> ReadGoldens(string path) => SafetensorsFile.ReadAll(Fixtures.Read(path), path);
}
