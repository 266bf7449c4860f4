using System.Runtime.CompilerServices;
using Llama3.Formats.Input;

namespace Llama3.Formats.Numbers;

/// <summary>Little-endian numbers of a file: views of the mapped file where possible, else copies.</summary>
/// <param name="stream">Seekable; belongs to this object from now on.</param>
/// <param name="path">Its name in messages.</param>
internal sealed class NumberFile(Stream stream, string path) : IDisposable
{
    /// <summary>Those that are open and mapped, as long as anything refers to them.</summary>
    private static readonly ConditionalWeakTable<NumberFile, object?> AllMapped = [];

    private readonly FileStamp _stamp = new(stream, path);
    private MappedFile? _mapped;

    /// <summary>What has happened to a mapped file since it was opened; null if nothing has.</summary>
    public static string? ProblemOfMapped => AllMapped.Select(file => file.Key._stamp.Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>How many bytes there were when the file was opened.</summary>
    public long length => _stamp.length;

    /// <summary>A row of numbers that begins at a byte of the file.</summary>
    /// <exception cref="BadInputException">They are not within the file, or it has changed.</exception>
    public ReadOnlyMemory<T> Read<T>(long begin, int count)
        where T : unmanaged
    {
        RequireSame();
        var bytes = (long)count * Unsafe.SizeOf<T>();
        if (begin < 0 || begin > length - bytes)
        {
            throw new BadInputException($"{path}: {bytes} bytes at {begin} are beyond its end at {length}; is the file cut off?");
        }
        return FileGuard.Read(path, () => Mapped()?.View<T>(begin, count) ?? Copy<T>(begin, count));
    }

    /// <summary>Refuses a file that has changed since it was opened. If it was cut off, reading its mapped memory would end the process.</summary>
    /// <exception cref="BadInputException">The file has changed.</exception>
    public void RequireSame() => _stamp.RequireSame();

    /// <summary>Closes the file; views of it end.</summary>
    public void Dispose()
    {
        AllMapped.Remove(this);
        _mapped?.Dispose();
        stream.Dispose();
    }

    private MappedFile? Mapped()
    {
        if (_mapped is null && stream is FileStream file && length > 0)
        {
            _mapped = new MappedFile(file);
            AllMapped.Add(this, null);
        }
        return _mapped;
    }

    private T[] Copy<T>(long begin, int count)
        where T : unmanaged
    {
        stream.Position = begin;
        return stream.ReadNumbers<T>(count);
    }
}
