using System.Text;
using Llama3.Formats.Dumps;

namespace Llama3.Tests;

/// <summary>A folder for dumps that are made by hand.</summary>
internal sealed class DumpFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("llama3-dump").FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, params byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Asserts that a dump is refused with this folder and then this message (* and ? stand for anything).</summary>
    public void IsRefused(string path, string message) => BadInput.IsRefused(() => Dump.Open(path), $"{Path}{message}");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
