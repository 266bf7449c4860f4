namespace Llama3.Formats.Input;

/// <summary>Reads small files whole, up to a limit.</summary>
internal static class BoundedRead
{
    /// <summary>All bytes of <paramref name="stream"/>, of which there may be at most <paramref name="most"/>.</summary>
    /// <exception cref="BadInputException">There are more bytes.</exception>
    public static byte[] ReadAll(this Stream stream, int most, string path)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer) is var count and > 0)
        {
            if (bytes.Length + count > most)
            {
                throw new BadInputException($"{path} is larger than {most:N0} bytes, which no such file needs; is it the right file?");
            }
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }
}
