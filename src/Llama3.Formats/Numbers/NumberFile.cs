using Llama3.Formats.Input;

namespace Llama3.Formats.Numbers;

/// <summary>Little-endian numbers of a file: views of the mapped file where possible, else copies.</summary>
/// <param name="stream">Seekable; belongs to this object from now on.</param>
/// <param name="path">Its name in messages.</param>
internal sealed class NumberFile(Stream stream, string path) : IDisposable
{
    private MappedFile? _mapped;

    /// <summary>How many bytes there were when the file was opened.</summary>
    public long length { get; } = stream.Length;

    /// <summary>A row of numbers that begins at a byte of the file.</summary>
    /// <exception cref="BadInputException">They are not within the file, or it has become shorter.</exception>
    public ReadOnlyMemory<T> Read<T>(long begin, int count)
        where T : unmanaged
    {
        RequireWhole();
        var bytes = (long)count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        if (begin < 0 || begin > length - bytes)
        {
            throw new BadInputException($"{path}: {bytes} bytes at {begin} are beyond its end at {length}; is the file cut off?");
        }
        return FileGuard.Read(path, () => Mapped()?.View<T>(begin, count) ?? Copy<T>(begin, count));
    }

    /// <summary>Refuses a file that was cut off after it was opened: reading its mapped memory would end the process.</summary>
    /// <exception cref="BadInputException">The file was cut off.</exception>
    public void RequireWhole()
    {
        if (stream.Length is var now && now < length)
        {
            throw new BadInputException($"{path} has become shorter since it was opened: from {length} to {now} bytes");
        }
    }

    /// <summary>Closes the file; views of it end.</summary>
    public void Dispose()
    {
        _mapped?.Dispose();
        stream.Dispose();
    }

    private MappedFile? Mapped() => _mapped ??= stream is FileStream file && length > 0 ? new MappedFile(file) : null;

    private T[] Copy<T>(long begin, int count)
        where T : unmanaged
    {
        stream.Position = begin;
        return stream.ReadNumbers<T>(count);
    }
}
