using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Llama3.Verify.Tests.Copy;

public sealed class NpzTests
{
    [Fact(DisplayName = "npz: every weight as a float32 array by Meta's name, as numpy.save writes it")]
    public void Weights()
    {
        using var zip = new ZipArchive(new MemoryStream(Exported.Read("npz", "weights.npz")));
        zip.Entries.Select(entry => entry.FullName).Should().Equal(Micro.Checkpoint.Params.tensor_shapes.Keys.Select(name => $"{name}.npy"));
        foreach (var entry in zip.Entries)
        {
            var weight = Micro.Checkpoint.weight(entry.FullName[..^".npy".Length]);
            var (header, numbers) = Npy(entry);
            var shape = weight.shape is [var rows, var columns] ? $"{rows}, {columns}" : $"{weight.shape[0]},";
            header.TrimEnd(' ').Should().Be($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}");
            numbers.ShouldEqual(weight.ToSingles(), $"that is {entry.FullName}");
        }
    }

    /// <summary>The header without its line end, and the numbers, by the description of the format in NumPy's documentation.</summary>
    private static (string Header, float[] Numbers) Npy(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        using (var stream = entry.Open()) { stream.CopyTo(content); }
        var bytes = content.ToArray();
        bytes[..8].Should().Equal([0x93, .. "NUMPY"u8, 1, 0]);
        var length = BitConverter.ToUInt16(bytes, 8);
        ((10 + length) % 64).Should().Be(0);
        bytes[9 + length].Should().Be((byte)'\n');
        return (Encoding.ASCII.GetString(bytes, 10, length - 1), MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + length)).ToArray());
    }
}
