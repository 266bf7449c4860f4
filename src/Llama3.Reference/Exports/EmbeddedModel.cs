using System.Reflection;
using Llama3.Reference.Checking;
using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Exports;

/// <summary>A checkpoint among the embedded fixtures, with its goldens: what was the folder fixtures/{name}.</summary>
public sealed class EmbeddedModel : IDisposable
{
    private readonly string _name;

    /// <summary>Opens the checkpoint.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="BadInputException">A file of the checkpoint is missing.</exception>
    public EmbeddedModel(string name)
    {
        _name = name;
        Files = [.. Resources().Where(path => path.Folder == name).Select(path => path.File).Order(StringComparer.Ordinal)];
        Checkpoint = Checkpoint.Open(file => Files.Contains(file) ? new MemoryStream(Read(file)) : null, $"the embedded checkpoint {name}");
    }

    /// <summary>The names of all embedded checkpoints.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Resources().Where(path => path.File == Checkpoint.Weights).Select(path => path.Folder).Order(StringComparer.Ordinal)];

    /// <summary>The names of its files: checkpoint, goldens, manifest, licence.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The checkpoint, open.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The bytes of one of <see cref="Files"/>.</summary>
    public byte[] Read(string file) => Fixtures.Read($"fixtures/{_name}/{file}");

    /// <summary>Closes the checkpoint.</summary>
    public void Dispose() => Checkpoint.Dispose();

    private static IEnumerable<(string Folder, string File)> Resources() =>
        from resource in Assembly.GetExecutingAssembly().GetManifestResourceNames()
        let parts = resource.Split('/')
        where parts is ["fixtures", _, _]
        select (parts[1], parts[2]);
}
