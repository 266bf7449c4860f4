using System.Text;
using Llama3.Formats.Dumps;
using Llama3.Formats.Tests.Pth;

namespace Llama3.Formats.Tests.Dumps;

/// <summary>Folders of files of several tensors each, and folders and files for each pass.</summary>
public sealed class FolderDumpTests : IDisposable
{
    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "folder: all tensors of several .safetensors files; an index beside them is ignored")]
    public void Several_files()
    {
        Safetensors("model-00001-of-00002.safetensors", "b", "a");
        Safetensors("model-00002-of-00002.safetensors", "c");
        _folder.Write("model.safetensors.index.json", "{}");
        using var dump = Dump.Open(_folder.Path);
        dump.Format.Should().Be("folder of safetensors");
        dump.Entries.Select(entry => entry.Name).Should().Equal("b", "a", "c");
        dump.Read(dump.Entries[2]).ToSingles().Should().Equal(0);
    }

    [Fact(DisplayName = "folder: a tensor in two files names both")]
    public void Twice()
    {
        Safetensors("x.safetensors", "w");
        Safetensors("y.safetensors", "v", "w");
        _folder.IsRefused(_folder.Path, ": w is in x.safetensors and in y.safetensors, expected once");
    }

    [Theory(DisplayName = "folder: files that are called as a pass are its prefix, in every format")]
    [InlineData(".safetensors")]
    [InlineData(".npz")]
    [InlineData(".pt")]
    [InlineData(".json")]
    public void Files_of_passes(string extension)
    {
        foreach (var name in new[] { "prefill", "decode.0", "run.1", "run.1.decode.0" }) { Write(name + extension, "w"); }
        using var dump = Dump.Open(_folder.Path);
        dump.Entries.Select(entry => entry.Name).Should().BeEquivalentTo("w", "decode.0.w", "run.1.w", "run.1.decode.0.w");
    }

    [Fact(DisplayName = "folder: names that have the prefix of their file keep it; what is called almost as a pass is none")]
    public void Prefixes()
    {
        Safetensors("decode.0.safetensors", "decode.0.w", "v");
        Safetensors("decode.01.safetensors", "u");
        Safetensors("decode.safetensors", "t");
        Safetensors("predecode.0.safetensors", "s");
        using var dump = Dump.Open(_folder.Path);
        dump.Entries.Select(entry => entry.Name).Should().BeEquivalentTo("decode.0.w", "decode.0.v", "u", "t", "s");
    }

    [Fact(DisplayName = "folder: prompt.json alone is not a dump: copy writes one beside every checkpoint")]
    public void Prompt_of_a_checkpoint()
    {
        _folder.Write("prompt.json", """{"w": 1}""");
        _folder.IsRefused(_folder.Path, ": this folder holds no tensors, *");
        _folder.Write("decode.0.json", """{"w": 1}""");
        using (var dump = Dump.Open(_folder.Path)) { dump.Entries.Select(entry => entry.Name).Should().Equal("decode.0.w", "w"); }
        Safetensors("x.safetensors", "v");
        using (var dump = Dump.Open(_folder.Path)) { dump.Entries.Select(entry => entry.Name).Should().Equal("v"); }
    }

    [Fact(DisplayName = "folder: a folder for each pass, of any format; the prompt may be beside them, other folders are not searched")]
    public void Folders_of_passes()
    {
        Safetensors("x.safetensors", "w");
        foreach (var name in new[] { "decode.0", "decode.1", "run.1/prompt", "run.1/decode.0", "notes", "decode.0/decode.1" })
        {
            Directory.CreateDirectory(_folder.PathOf(name));
            Safetensors($"{name}/y.safetensors", "w");
        }
        using var dump = Dump.Open(_folder.Path);
        dump.Format.Should().Be("passes, each a folder of safetensors");
        dump.Entries.Select(entry => entry.Name).Should().BeEquivalentTo("w", "decode.0.w", "decode.1.w", "run.1.w", "run.1.decode.0.w");
    }

    [Fact(DisplayName = "folder: a tensor of a pass that is in two folders names both; a pass without tensors is refused")]
    public void Folders_twice()
    {
        foreach (var name in new[] { "prompt", "prefill" }) { Directory.CreateDirectory(_folder.PathOf(name)); }
        _folder.IsRefused(_folder.Path, "/prefill: this folder holds no tensors, *");
        Safetensors("prompt/y.safetensors", "w");
        Safetensors("prefill/y.safetensors", "w");
        _folder.IsRefused(_folder.Path, ": w is in prefill and in prompt, expected once");
    }

    [SkippableFact(DisplayName = "folder: a pass that links to its own folder")]
    public void Circle()
    {
        Skip.If(OperatingSystem.IsWindows());
        Safetensors("y.safetensors", "w");
        Directory.CreateSymbolicLink(_folder.PathOf("run.1"), _folder.Path);
        using var dump = Dump.Open(_folder.Path);
        dump.Entries.Select(entry => entry.Name).Should().Equal("w", "run.1.w");
    }

    [Fact(DisplayName = "folder: files of two formats")]
    public void Two_formats()
    {
        Safetensors("y.safetensors", "w");
        Write("x.npz", "v");
        _folder.IsRefused(_folder.Path, ": this folder has both y.safetensors and x.npz, expected files of one kind; give one of them, or a folder of its own");
    }

    [Fact(DisplayName = "folder: opened and closed, all files can be replaced, also when one of them was refused")]
    public void Closed_files()
    {
        Safetensors("x.safetensors", "w");
        Safetensors("y.safetensors", "v");
        using (Dump.Open(_folder.Path)) { }
        using (File.Open(_folder.PathOf("x.safetensors"), FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }
        _folder.Write("y.safetensors", "damaged");
        _folder.IsRefused(_folder.Path, "/y.safetensors: the file has 7 bytes *");
        using (File.Open(_folder.PathOf("x.safetensors"), FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }
    }

    private void Safetensors(string file, params string[] names)
    {
        var header = Encoding.UTF8.GetBytes($"{{{string.Join(", ", names.Select((name, i) =>
            $$"""
            "{{name}}": {"dtype": "F32", "shape": [1], "data_offsets": [{{4 * i}}, {{(4 * i) + 4}}]}
            """))}}}");
        _folder.Write(file, [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[4 * names.Length]]);
    }

    private void Write(string file, string name)
    {
        const string Header = "{'descr': '<f4', 'fortran_order': False, 'shape': ()}";
        switch (Path.GetExtension(file))
        {
            case ".safetensors": Safetensors(file, name); break;
            case ".json": _folder.Write(file, $$"""{"{{name}}": 1}"""); break;
            case ".pt": _folder.Write(file, PthCases.WithTensor(0, [2], [1], data: new byte[8])); break; // a tensor called w
            default:
                byte[] npy = [0x93, .. "NUMPY"u8, 1, 0, (byte)Header.Length, 0, .. Encoding.Latin1.GetBytes(Header), .. new byte[4]];
                _folder.Write(file, PthCases.Zip(($"{name}.npy", npy)));
                break;
        }
    }
}
