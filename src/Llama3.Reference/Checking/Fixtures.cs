using System.Reflection;
using Llama3.Reference.Checkpoints;

namespace Llama3.Reference.Checking;

/// <summary>The files of the folder fixtures, which this assembly carries within it.</summary>
public static class Fixtures
{
    /// <summary>The manifest, relative to the root of the repository.</summary>
    public const string ManifestFile = "fixtures/micro/manifest.json";

    private static readonly Lazy<Manifest> LazyManifest = new(() => Manifest.Parse(Read(ManifestFile)));

    /// <summary>What the goldens are, where they come from and how closely they must be met.</summary>
    public static Manifest Manifest => LazyManifest.Value;

    /// <summary>Opens the micro checkpoint: a tiny Llama 3 that has learnt some thirty sentences.</summary>
    public static Checkpoint OpenMicroCheckpoint() => Checkpoint.Open(name => Open($"fixtures/micro/{name}"), "the embedded micro checkpoint");

    /// <summary>The bytes of a fixture.</summary>
    /// <param name="path">Relative to the root of the repository, with forward slashes.</param>
    public static byte[] Read(string path)
    {
        using var stream = Open(path) ?? throw new FileNotFoundException($"{path} is not among the embedded fixtures", path);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static Stream? Open(string path) => Assembly.GetExecutingAssembly().GetManifestResourceStream(path);
}
