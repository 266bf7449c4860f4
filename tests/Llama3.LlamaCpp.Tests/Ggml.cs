using System.Runtime.InteropServices;

namespace Llama3.LlamaCpp.Tests;

/// <summary>ggml's own block types: how it writes numbers in few bits, and reads them.</summary>
internal static class Ggml
{
    // Where struct ggml_type_traits of ggml.h has these fields, on 64 bits. The name comes first.
    private const int BlockSize = 8, BlockBytes = 24, ToFloat = 40;

    private delegate void Reader(byte[] blocks, float[] values, long count);

    /// <summary>ggml's version, such as "0.9.4".</summary>
    public static string Version() => Marshal.PtrToStringUTF8(ggml_version())!;

    /// <summary>What ggml calls a type, and how many numbers a block of it holds, in how many bytes.</summary>
    public static (string Name, int Size, int Bytes) Type(uint id)
    {
        var traits = ggml_get_type_traits((int)id);
        var name = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(traits))!;
        return (name, (int)Marshal.ReadInt64(traits, BlockSize), (int)Marshal.ReadInt64(traits, BlockBytes));
    }

    /// <summary>One row of numbers in blocks of a type, as ggml rounds them.</summary>
    public static byte[] Packed(uint id, float[] values)
    {
        var (_, size, bytes) = Type(id);
        var blocks = new byte[values.Length / size * bytes];
        ggml_quantize_chunk((int)id, values, blocks, 0, 1, values.Length, 0).Should().Be((nuint)blocks.Length);
        return blocks;
    }

    /// <summary>The numbers that ggml reads from blocks of a type.</summary>
    public static float[] Expanded(uint id, byte[] blocks)
    {
        var (_, size, bytes) = Type(id);
        var values = new float[blocks.Length / bytes * size];
        Marshal.GetDelegateForFunctionPointer<Reader>(Marshal.ReadIntPtr(ggml_get_type_traits((int)id), ToFloat))(blocks, values, values.Length);
        return values;
    }

    [DllImport("ggml-base")]
    private static extern nint ggml_version();

    [DllImport("ggml-base")]
    private static extern nint ggml_get_type_traits(int type);

    [DllImport("ggml-base")]
    private static extern nuint ggml_quantize_chunk(int type, float[] from, byte[] to, long start, long rows, long columns, nint importance);
}
