using System.Text;
using Llama3.Formats.Dumps;

namespace Llama3.Formats.Tests.Dumps;

public sealed class NpyTests : IDisposable
{
    private const string Sound = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    private readonly DumpFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(DisplayName = ".npy: what cannot be read says how to save it")]
    [InlineData("'>f4'", "the dtype is '>f4', big-endian; save x.astype('<f4')")]
    [InlineData("'|O'", "the dtype is '|O', Python objects; save numbers: numpy.asarray(x, '<f4'), of lists with equal lengths")]
    [InlineData("'<V2'", "the dtype is '<V2', so numpy writes the bfloat16 of ml_dtypes; save x.astype('<f4')")]
    [InlineData("[('a', '<f4'), ('b', '<f4')]", "the dtype has fields; save each in a file of its own: numpy.save(name, x[field])")]
    [InlineData("'<U4'", "the dtype is '<U4', expected <f8, <f4, <f2, integers, |b1, <c8 or <c16; save x.astype('<f4')")]
    [InlineData("'<f16'", "the dtype is '<f16', expected *")]
    [InlineData("'\u001b[2J'", "the header is not a dict of Python: *")]
    [InlineData("5", "'descr' is missing or bad, expected a text such as '<f4'")]
    public void Dtypes(string descr, string expected) => Refused($"{{'descr': {descr}, 'fortran_order': False, 'shape': (2,), }}", expected);

    [Theory(DisplayName = ".npy: a header with a bad field")]
    [InlineData("{}", "'descr' is missing *")]
    [InlineData("{'descr': '<f4', 'shape': (2,)}", "'fortran_order' is missing or bad, expected False")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2,)}",
        "the numbers are stored column by column (fortran_order); save numpy.ascontiguousarray(x)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "'shape' is missing or bad, expected a list of at most 64 integers from 0 on")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "'shape' is *")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 9223372036854775808)}", "'shape' is *")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 2}", "'shape' is *")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}", "the header is not a dict of Python: *")]
    [InlineData("('descr', '<f4')", "the header is not a dict of Python: *")]
    [InlineData("__import__('os').system('true')", "the header is not a dict of Python: *")]
    [InlineData("", "the header is not a dict of Python: *")]
    public void Fields(string header, string expected) => Refused(header, expected);

    [Theory(DisplayName = ".npy: the shape must fill the file exactly")]
    [InlineData("(1,)")]
    [InlineData("(3,)")]
    [InlineData("(0,)")]
    [InlineData("()")]
    [InlineData("(4611686018427387904, 4611686018427387904)")]
    [InlineData("(4611686018427387904, 4611686018427387904, 0)")]
    public void Sizes(string shape) => Refused(
        $"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}", "x has dtype F32 and shape *, which does not fit the 8 bytes *");

    [Theory(DisplayName = ".npy: versions of the format other than 1 to 3, and headers beyond the file")]
    [InlineData(0, 57, "this is version 0 of the .npy format, expected 1, 2 or 3")]
    [InlineData(4, 57, "this is version 4 *")]
    [InlineData(1, 66, "the file has 75 bytes and promises a header of 66; is it cut off?")]
    [InlineData(2, uint.MaxValue, "the file has 75 bytes and promises a header of 4294967295; is it cut off?")]
    public void Versions(byte version, uint length, string expected)
    {
        var file = File(Sound);
        file[6] = version;
        BitConverter.GetBytes(length)[..(version == 2 ? 4 : 2)].CopyTo(file, 8);
        _folder.Write("x.npy", file);
        _folder.IsRefused(_folder.Path, $"/x.npy: {expected}");
    }

    [Fact(DisplayName = ".npy: cut off anywhere")]
    public void Cut_off()
    {
        var file = File(Sound);
        for (var length = 0; length < file.Length; length++)
        {
            _folder.Write("x.npy", file[..length]);
            _folder.IsRefused(_folder.Path, "/x.npy: *");
        }
    }

    [Fact(DisplayName = ".npy: a file that is gone, or has another length, when it is read")]
    public void Changed_file()
    {
        var path = _folder.Write("x.npy", File(Sound));
        using var dump = Dump.Open(_folder.Path);
        dump.Read(dump.Entries[0]).ToSingles().Should().Equal(0, 0);
        _folder.Write("x.npy", File(Sound)[..^4]);
        BadInput.IsRefused(() => dump.Read(dump.Entries[0]), "*x.npy has become shorter since it was opened: from 75 to 71 bytes");
        System.IO.File.Delete(path);
        BadInput.IsRefused(() => dump.Read(dump.Entries[0]), "*x.npy cannot be read: *");
    }

    [Fact(DisplayName = ".npy: subfolders are not searched, other files ignored, names sorted")]
    public void Names()
    {
        foreach (var name in new[] { "b.npy", "a.1.npy", "B.npy", "notes.txt" }) { _folder.Write(name, File(Sound)); }
        Directory.CreateDirectory(_folder.PathOf("more"));
        _folder.Write("more/c.npy", File(Sound));
        using var dump = Dump.Open(_folder.Path);
        dump.Entries.Select(entry => entry.Name).Should().Equal("B", "a.1", "b");
    }

    private static byte[] File(string header) =>
        [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.Latin1.GetBytes(header), .. new byte[8]];

    /// <summary>A file with this header and eight bytes of numbers.</summary>
    private void Refused(string header, string expected)
    {
        _folder.Write("x.npy", File(header));
        _folder.IsRefused(_folder.Path, $"/x.npy: {expected}");
    }
}
