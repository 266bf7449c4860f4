using System.Buffers;
using System.Runtime.InteropServices;

namespace Llama3.Formats.Engines;

/// <summary>Numbers of a file as memory that knows its place in the file, for an engine that can map the file itself.</summary>
internal abstract class FileNumbers<T> : MemoryManager<T>
    where T : unmanaged
{
    /// <summary>A path that opens the file, as long as it is open.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public abstract string Path { get; }

    /// <summary>How many numbers of their size are before them in the file.</summary>
    public abstract long Before { get; }

    /// <summary>The file that numbers are a view of, and how many numbers are before them there; null if they are none.</summary>
    public static (string Path, long Before)? PlaceOf(ReadOnlyMemory<T> numbers) =>
        MemoryMarshal.TryGetMemoryManager<T, FileNumbers<T>>(numbers, out var view, out var start, out _) ? (view.Path, view.Before + start) : null;
}
