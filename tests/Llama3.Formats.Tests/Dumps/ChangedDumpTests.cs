using Llama3.Formats.Dumps;

namespace Llama3.Formats.Tests.Dumps;

/// <summary>Dumps that are written to while they are judged: numbers of two runs of a port must not be taken for those of one.</summary>
public sealed class ChangedDumpTests : IDisposable
{
    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = "dumps: a file that is written to after the dump was opened is refused when it is read:")]
    [InlineData("types.safetensors")]
    [InlineData("types.pt")]
    [InlineData("types.gguf")]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    [InlineData("npy")]
    [InlineData("raw")]
    public void Written(string name)
    {
        var dumped = Copy(name);
        using var dump = Dump.Open(dumped);
        // Others may be empty, or numbers of Python, which are known from the beginning.
        var entry = dump.Entries.First(tensor => tensor.Name is "F32" or "BF16");
        dump.Read(entry);
        foreach (var file in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories)) { File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(1)); }
        var expected = $"*{name}* was written to while it was in use: what was computed from it is of no use, run again";
        BadInput.IsRefused(() => dump.Read(entry), expected);
    }

    private string Copy(string name)
    {
        var (from, to) = (DumpCases.PathOf(name), _folder.PathOf(name));
        if (!Directory.Exists(from)) { return _folder.Write(name, File.ReadAllBytes(from)); }
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) { File.Copy(file, Path.Combine(to, Path.GetFileName(file))); }
        return to;
    }
}
