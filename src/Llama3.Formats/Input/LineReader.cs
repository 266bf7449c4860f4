namespace Llama3.Formats.Input;

/// <summary>Reads a stream line by line, whatever its size.</summary>
internal static class LineReader
{
    /// <summary>The lines without their ends, each as soon as it has arrived.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="most">How many bytes a line may have.</param>
    /// <exception cref="BadInputException">A line has more bytes.</exception>
    public static IEnumerable<byte[]> Lines(Stream input, string name, int most)
    {
        using var line = new MemoryStream();
        var (buffer, number) = (new byte[1 << 16], 1);
        while (input.Read(buffer) is var count and > 0)
        {
            ReadOnlyMemory<byte> rest = buffer.AsMemory(0, count);
            while (rest.Span.IndexOf((byte)'\n') is >= 0 and var length)
            {
                Add(rest[..length]);
                yield return line.ToArray();
                line.SetLength(0);
                number++;
                rest = rest[(length + 1)..];
            }
            Add(rest);
        }
        if (line.Length > 0) { yield return line.ToArray(); }

        void Add(ReadOnlyMemory<byte> part)
        {
            if (line.Length + part.Length > most) { throw new BadInputException($"{name}, line {number}: this line has more than {most:N0} bytes"); }
            line.Write(part.Span);
        }
    }
}
