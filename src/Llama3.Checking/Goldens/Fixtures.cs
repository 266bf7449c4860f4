using System.Reflection;

namespace Llama3.Checking.Goldens;

/// <summary>The files of the folder fixtures, which are embedded in this assembly.</summary>
internal static class Fixtures
{
    /// <summary>The paths of all files, relative to the root of the repository, with forward slashes.</summary>
    public static IReadOnlyList<string> Paths { get; } =
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith("fixtures/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The bytes of a fixture.</summary>
    /// <param name="path">Relative to the root of the repository, with forward slashes.</param>
    public static byte[] Read(string path)
    {
        using var stream = Open(path) ?? throw new FileNotFoundException($"{path} is not among the embedded fixtures", path);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The content of a fixture, or null if there is no such fixture.</summary>
    /// <param name="path">Relative to the root of the repository, with forward slashes.</param>
    public static Stream? Open(string path) => Assembly.GetExecutingAssembly().GetManifestResourceStream(path);
}
