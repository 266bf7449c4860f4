using System.Text;
using Llama3.Formats.Dumps;

namespace Llama3.Formats.Tests.Dumps;

/// <summary>What a .safetensors file can do that is too large for memory, or changes; all else is in SafetensorsTests.</summary>
public sealed class SafetensorsDumpTests : IDisposable
{
    private const long Large = 5_000_000_000;
    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = ".safetensors dump: a bad header field is named together with the file")]
    public void Bad_header() => _folder.IsRefused(
        Write("""{"w": {"dtype": "F8_E4M3", "shape": [8], "data_offsets": [0, 8]}}""", 8),
        "/x.safetensors: w has dtype F8_E4M3; expected one of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, C64, C128");

    [SkippableFact(DisplayName = ".safetensors dump: beyond 4 GB, tensors are listed, read at their place, or refused as too large")]
    public void Large_file()
    {
        Skip.If(OperatingSystem.IsWindows(), "the file would really take 5 GB there");
        var path = Write(
            $$$"""
            {"large": {"dtype": "U8", "shape": [5, 1000000000], "data_offsets": [0, {{{Large}}}]},
             "last": {"dtype": "F32", "shape": [2], "data_offsets": [{{{Large}}}, {{{Large + 8}}}]}}
            """, Large, [.. new[] { 1.5f, -2 }.SelectMany(BitConverter.GetBytes)]);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        using var dump = Dump.Open(path);
        dump.Entries[0].Shape.Should().Equal(5, 1_000_000_000);
        dump.Read(dump.Entries[1]).ToSingles().Should().Equal(1.5f, -2);
        BadInput.IsRefused(
            () => dump.Read(dump.Entries[0]), "*: large has the shape [5, 1000000000]: 5000000000 elements, more than can be read at once");
        (GC.GetAllocatedBytesForCurrentThread() - allocated).Should().BeLessThan(10_000_000);
    }

    [Fact(DisplayName = ".safetensors dump: a file that shrinks")]
    public void Shrinking_file()
    {
        var path = Write("""{"w": {"dtype": "F16", "shape": [4], "data_offsets": [0, 8]}}""", 8);
        using var dump = Dump.Open(path);
        using (var file = File.Open(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) { file.SetLength(file.Length - 1); }
        BadInput.IsRefused(() => dump.Read(dump.Entries[0]), "*x.safetensors: w ends early: the file has become shorter since it was opened");
    }

    [Fact(DisplayName = ".safetensors dump: a number beyond 63 bits")]
    public void Unsigned_number()
    {
        var path = Write("""{"w": {"dtype": "U64", "shape": [2], "data_offsets": [0, 16]}}""", 8, BitConverter.GetBytes(ulong.MaxValue));
        using var dump = Dump.Open(path);
        BadInput.IsRefused(() => dump.Read(dump.Entries[0]),
            "*x.safetensors: w has 18446744073709551615 as element 1, expected at most 9223372036854775807");
    }

    [SkippableFact(DisplayName = ".safetensors dump: a header may have 100 MB, as the format says")]
    public void Long_header()
    {
        Skip.If(OperatingSystem.IsWindows());
        var path = _folder.Write("x.safetensors", BitConverter.GetBytes(100_000_001L));
        using (var file = File.OpenWrite(path)) { file.SetLength(200_000_000); }
        _folder.IsRefused(path, "/x.safetensors: the file has 200000000 bytes and promises a header of 100000001; *");
    }

    [Fact(DisplayName = ".safetensors dump: a Git LFS pointer")]
    public void Git_lfs_pointer() => _folder.IsRefused(
        _folder.Write("x.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"),
        "/x.safetensors: *; it is a Git LFS pointer: fetch the file itself with \"git lfs pull\"");

    [Fact(DisplayName = ".safetensors dump: opened and closed, the file can be deleted and replaced")]
    public void Closed_file()
    {
        var path = Write("{}", 0);
        using (var dump = Dump.Open(path)) { dump.Entries.Should().BeEmpty(); }
        using (File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }
    }

    /// <summary>A header, zeros, and some bytes more.</summary>
    private string Write(string header, long zeros, params byte[] end)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var path = _folder.Write("x.safetensors", [.. BitConverter.GetBytes((ulong)json.Length), .. json]);
        using var file = File.OpenWrite(path);
        file.Position = file.Length + zeros;
        file.Write(end);
        file.SetLength(file.Position);
        return path;
    }
}
