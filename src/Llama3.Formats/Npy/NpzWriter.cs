using System.IO.Compression;
using System.Text;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Npy;

/// <summary>Writes NumPy's .npz files, as numpy.savez_compressed does: a zip archive with a .npy file per array.</summary>
internal static class NpzWriter
{
    private const int Alignment = 64;

    /// <summary>The date that NumPy gives to all entries.</summary>
    private static readonly DateTimeOffset NoDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the tensors as float32 arrays.</summary>
    public static void Write(Stream stream, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, tensor) in tensors)
        {
            var entry = zip.CreateEntry($"{name}.npy", CompressionLevel.Fastest);
            entry.LastWriteTime = NoDate;
            using var content = entry.Open();
            content.Write(NpyHeader(tensor.shape));
            foreach (var piece in TensorBytes.AsSingles(tensor)) { content.Write(piece.Span); }
        }
    }

    /// <summary>The start of a .npy file of version 1.0; spaces make its length a multiple of 64.</summary>
    private static byte[] NpyHeader(long[] shape)
    {
        var sizes = string.Concat(shape.Select(size => $"{size}, ")).TrimEnd(shape.Length > 1 ? [',', ' '] : [' ']);
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}), }}";
        byte[] start = [0x93, .. "NUMPY"u8, 1, 0];
        var length = start.Length + sizeof(ushort) + text.Length + 1;
        var padded = text + new string(' ', (Alignment - (length % Alignment)) % Alignment) + '\n';
        return [.. start, .. BitConverter.GetBytes((ushort)padded.Length), .. Encoding.ASCII.GetBytes(padded)];
    }
}
