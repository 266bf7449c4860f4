using System.IO.Compression;
using System.Text;
using Llama3.Checking.Goldens;

namespace Llama3.Verify.Tests;

/// <summary>A copy of the micro checkpoint in a folder of its own, to be damaged.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    public CheckpointFolder()
    {
        foreach (var file in new[] { "params.json", "consolidated.00.pth", "tokenizer.model" })
        {
            Write(file, Fixtures.Read($"fixtures/micro/{file}"));
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("llama3verify-").FullName;

    public CheckpointFolder Write(string file, byte[] bytes)
    {
        File.WriteAllBytes(Full(file), bytes);
        return this;
    }

    public CheckpointFolder Write(string file, string text) => Write(file, Encoding.UTF8.GetBytes(text));

    public CheckpointFolder Edit(string file, string old, string replacement)
    {
        var text = File.ReadAllText(Full(file));
        text.Should().Contain(old);
        return Write(file, text.Replace(old, replacement, StringComparison.Ordinal));
    }

    public CheckpointFolder Truncate(string file, int bytes) => Write(file, File.ReadAllBytes(Full(file))[..bytes]);

    public CheckpointFolder Delete(string file)
    {
        File.Delete(Full(file));
        return this;
    }

    /// <summary>Replaces consolidated.00.pth by a zip with one entry.</summary>
    public CheckpointFolder Zip(string entry, byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var stream = zip.CreateEntry(entry).Open();
            stream.Write(content);
        }
        return Write("consolidated.00.pth", memory.ToArray());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private string Full(string file) => System.IO.Path.Combine(Path, file);
}
