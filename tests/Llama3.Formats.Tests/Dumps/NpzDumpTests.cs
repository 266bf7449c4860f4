using System.Buffers.Binary;
using System.Text;
using Llama3.Formats.Dumps;
using Llama3.Formats.Npy;
using Llama3.Formats.Tests.Pth;

namespace Llama3.Formats.Tests.Dumps;

public sealed class NpzDumpTests : IDisposable
{
    private const int SizeInDirectory = 24;
    private const string Header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}";

    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = ".npz: what the project itself writes is read")]
    public void Own_writer()
    {
        using (var file = File.Create(_folder.PathOf("x.npz")))
        using (var tensor = Tensor.FromSingles(new float[] { 1, 2, 3, 4 }, [2, 2])) { NpzWriter.Write(file, [("w", tensor)]); }
        using var dump = Dump.Open(_folder.PathOf("x.npz"));
        dump.Entries.Should().ContainSingle().Which.ToString().Should().Be("w F32 [2, 2]");
        dump.Read(dump.Entries[0]).ToSingles().Should().Equal(1, 2, 3, 4);
    }

    [Fact(DisplayName = ".npz: names may have slashes; folders that are called as a pass are its prefix; what is no array is left out")]
    public void Names()
    {
        string[] names = ["/model/layers.0/Add.npy", "decode.0/tokens.npy", "prompt/tokens.npy", "run.1/decode.2/x.npy", "notes.txt", "__MACOSX/._x.npy", "folder/"];
        Zip([.. names.Select(name => (name, Array()))]);
        using var dump = Dump.Open(_folder.PathOf("x.npz"));
        dump.Entries.Select(entry => entry.Name).Should().Equal("/model/layers.0/Add", "decode.0.tokens", "tokens", "run.1.decode.2.x");
    }

    [Fact(DisplayName = ".npz: a name twice")]
    public void Twice() => Refused(": w is there twice", ("w.npy", Array()), ("w.npy", Array()));

    [Fact(DisplayName = ".npz: no arrays, and arrays without names")]
    public void No_names()
    {
        Refused(": the archive holds no .npy files; write it with numpy.savez(path, **tensors), where tensors is a dictionary of names and arrays", ("x/data.pkl", []));
        Refused(": the arrays have no names but arr_0, …; write it with *", ("arr_0.npy", Array()), ("arr_1.npy", Array()));
    }

    [Theory(DisplayName = ".npz: an array is refused as a .npy file is, with its name")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", ", w.npy: the dtype is '|O', Python objects; save numbers: *")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}", ", w.npy: the dtype is '>f4', big-endian; *")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2,)}", ", w.npy: the numbers are stored column by column (fortran_order); *")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
        ": w has dtype F32 and shape [3], which does not fit the 8 bytes of its numbers; is the file cut off?")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", ": w has dtype F32 and shape [4611686018427387904, 4], *")]
    public void Headers(string header, string expected) => Refused(expected, ("w.npy", Array(header)));

    [Fact(DisplayName = ".npz: an entry that is no .npy file")]
    public void No_array() => Refused(", w.npy: this is not a .npy file: *", ("w.npy", "some other text"u8.ToArray()));

    [Theory(DisplayName = ".npz: files that are something else")]
    [InlineData("hello", ": this is not a zip archive as numpy.savez writes it; write it with *")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", ": this is a Git LFS pointer: fetch the file itself with \"git lfs pull\"")]
    [InlineData("PK and no archive", ": the archive is damaged or cut off: *")]
    public void Other_files(string content, string expected) => _folder.IsRefused(_folder.Write("x.npz", content), $"/x.npz{expected}");

    [Theory(DisplayName = ".npz: cut off anywhere")]
    [InlineData("stored.npz")]
    [InlineData("deflated.npz")]
    public void Cut_off(string name)
    {
        var file = File.ReadAllBytes(DumpCases.PathOf(name));
        for (var length = 0; length < file.Length; length += 7) { _folder.IsRefused(_folder.Write("x.npz", file[..length]), "/x.npz: *"); }
    }

    [Theory(DisplayName = ".npz: an entry that claims more bytes than it can have costs no memory")]
    [InlineData(1 << 30, "(134217711,)")]
    [InlineData(2_000_000_000, "(499999986,)")]
    public void Lying_archive(int size, string shape)
    {
        var file = PthCases.Zip(("w.npy", Array(Header.Replace("(2,)", shape, StringComparison.Ordinal))));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + SizeInDirectory), size);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _folder.IsRefused(_folder.Write("x.npz", file), $"/x.npz: w.npy claims {size} bytes, more than * stored ones can hold");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1_000_000);
    }

    [Fact(DisplayName = ".npz: an entry with fewer bytes than it claims")]
    public void Short_entry()
    {
        var file = PthCases.Zip(("w.npy", Array("{'descr': '<f4', 'fortran_order': False, 'shape': (4,)}")));
        var size = file.AsSpan(file.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + SizeInDirectory);
        BinaryPrimitives.WriteInt32LittleEndian(size, BinaryPrimitives.ReadInt32LittleEndian(size) + 8);
        using var dump = Dump.Open(_folder.Write("x.npz", file));
        BadInput.IsRefused(() => dump.Read(dump.Entries[0]), "*x.npz, w.npy: *");
    }

    [Fact(DisplayName = ".npz: a zip bomb is refused before it is expanded")]
    public void Bomb()
    {
        const int Entries = 260;
        const int Size = 1 << 22;
        var array = Array(Header.Replace("(2,)", $"({Size / sizeof(float)},)", StringComparison.Ordinal), zeros: 0);
        var numbers = new byte[4100]; // as many as Size zeros would take
        new Random(1).NextBytes(numbers);
        var file = PthCases.Zip([.. Enumerable.Range(0, Entries).Select(i => ($"{i}.npy", (byte[])[.. array, .. numbers]))]);
        for (var at = 0; file.AsSpan(at).IndexOf("PK\u0001\u0002"u8) is var next and >= 0; at += next + 1)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at + next + SizeInDirectory), array.Length + Size);
        }
        _folder.Write("x.npz", file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _folder.IsRefused(_folder.PathOf("x.npz"), "/x.npz: its 1* bytes would expand to *, as those of a zip bomb; *numpy.savez, without compression");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1_000_000);
    }

    [Fact(DisplayName = ".npz: entries that lie upon each other, as in a zip bomb")]
    public void Overlapping()
    {
        var numbers = new byte[4100];
        new Random(1).NextBytes(numbers);
        byte[] array = [.. Array("{'descr': '|u1', 'fortran_order': False, 'shape': (4100,)}", zeros: 0), .. numbers];
        var file = PthCases.Zip(("v.npy", array), ("w.npy", array));
        var (first, second) = (file.AsSpan().IndexOf("PK\u0001\u0002"u8), file.AsSpan().LastIndexOf("PK\u0001\u0002"u8));
        file.AsSpan(first + SizeInDirectory - 4, 4).CopyTo(file.AsSpan(second + SizeInDirectory - 4)); // as long as the other,
        file.AsSpan(first + 42, 4).CopyTo(file.AsSpan(second + 42)); // and at its place
        file = [.. file[..(first / 2)], .. file[first..]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 6), first / 2);
        _folder.IsRefused(_folder.Write("x.npz", file), "/x.npz: its entries overlap as in a zip bomb: they take * bytes of a file that has *");
    }

    /// <summary>A .npy file with this header and some zeros.</summary>
    private static byte[] Array(string header = Header, int zeros = 8) =>
        [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.Latin1.GetBytes(header), .. new byte[zeros]];

    private string Zip(params (string Name, byte[] Content)[] entries) => _folder.Write("x.npz", PthCases.Zip(entries));

    private void Refused(string expected, params (string Name, byte[] Content)[] entries) => _folder.IsRefused(Zip(entries), $"/x.npz{expected}");
}
