using System.Runtime.InteropServices;

namespace Llama3.Formats.Input;

/// <summary>Reads little-endian numbers from a stream.</summary>
internal static class NumberStream
{
    private const int PartLength = 1 << 24;

    /// <summary>The next <paramref name="count"/> numbers.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static T[] ReadNumbers<T>(this Stream stream, int count)
        where T : unmanaged
    {
        var numbers = GC.AllocateUninitializedArray<T>(count);
        stream.Fill<T>(numbers);
        return numbers;
    }

    /// <summary>Fills the memory, part by part: a span cannot show all bytes of a large array.</summary>
    /// <exception cref="EndOfStreamException">The stream is too short.</exception>
    public static void Fill<T>(this Stream stream, Memory<T> numbers)
        where T : unmanaged
    {
        for (Memory<T> part; !numbers.IsEmpty; numbers = numbers[part.Length..])
        {
            part = numbers[..Math.Min(numbers.Length, PartLength)];
            stream.ReadExactly(MemoryMarshal.AsBytes(part.Span));
        }
    }

    /// <summary>Goes over some bytes of a stream that need not be seekable.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static void Skip(this Stream stream, long bytes)
    {
        var buffer = new byte[Math.Min(bytes, 1 << 16)];
        for (var part = 0; bytes > 0; bytes -= part)
        {
            part = (int)Math.Min(bytes, buffer.Length);
            stream.ReadExactly(buffer, 0, part);
        }
    }
}
