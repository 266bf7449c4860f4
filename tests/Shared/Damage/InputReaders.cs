namespace Llama3.Tests.Damage;

/// <summary>Every reader of bytes that a user gives.</summary>
internal sealed class InputReaders : IDisposable
{
    /// <summary>In memory where there is such a folder: files are written and read again, some thousand in a second.</summary>
    private static readonly string Memory = "/dev/shm";

    private readonly DirectoryInfo _folder = Directory.Exists(Memory)
        ? Directory.CreateDirectory(Path.Combine(Memory, $"llama3-damage-{Guid.NewGuid():N}"))
        : Directory.CreateTempSubdirectory("llama3-damage-");

    public InputReaders() => All = [.. DumpReaders.In(_folder), .. CheckpointReaders.In(_folder), .. TokenizerReaders.In(_folder), .. CheckReaders.In(_folder)];

    /// <summary>The readers.</summary>
    public IReadOnlyList<InputReader> All { get; }

    /// <summary>The reader of that name.</summary>
    public InputReader this[string name] => All.Single(reader => reader.Name == name);

    public void Dispose() => _folder.Delete(recursive: true);
}
