using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Llama3.Formats.Numbers;

/// <summary>
/// A file that the system shows as memory: nothing is read before it is looked at, and what has been read can be dropped again, so
/// that a model larger than memory can be walked.
/// </summary>
/// <remarks>
/// Views end with <see cref="Dispose"/>: whoever looks at one afterwards gets an <see cref="ObjectDisposedException"/>; not while. If the
/// file becomes shorter while a view is looked at, the system ends the process (SIGBUS on Linux and macOS): no catch helps.
/// The only unsafe code of this assembly.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _begin;
    private volatile bool _closed;

    /// <summary>Maps all of a file, which is not empty and stays open.</summary>
    /// <exception cref="IOException">The system cannot map it.</exception>
    public MappedFile(FileStream stream)
    {
        _file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _begin);
    }

    /// <summary>Numbers of the file where they lie, or null where their address is no multiple of their size.</summary>
    /// <param name="begin">Where the first one lies, counted in bytes; all of them are known to lie within the file.</param>
    /// <param name="count">How many.</param>
    public ReadOnlyMemory<T>? View<T>(long begin, int count)
        where T : unmanaged
    {
        var address = _begin + begin;
        return (nint)address % sizeof(T) == 0 ? (ReadOnlyMemory<T>?)new Numbers<T>(this, address, count).Memory : null;
    }

    /// <summary>Takes the file out of memory.</summary>
    public void Dispose()
    {
        if (_closed) { return; }
        _closed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private sealed class Numbers<T>(MappedFile file, byte* begin, int count) : MemoryManager<T>
        where T : unmanaged
    {
        public override Span<T> GetSpan()
        {
            ObjectDisposedException.ThrowIf(file._closed, file);
            return new(begin, count);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => new((T*)begin + elementIndex, pinnable: this);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
