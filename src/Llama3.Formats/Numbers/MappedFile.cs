using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Llama3.Formats.Numbers;

/// <summary>
/// A file that the system shows as memory. Pages are read when they are used and can be dropped again, so a walk needs less memory than
/// the model.
/// </summary>
/// <remarks>
/// Views end with <see cref="Dispose"/>: a later use throws <see cref="ObjectDisposedException"/>, a use at the same time is not safe. If
/// the file becomes shorter while a view is in use, the system ends the process (SIGBUS on Linux and macOS), and no catch helps.
/// The only other unsafe code of the assembly is a hint to the processor, in BlockType.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _begin;
    private volatile bool _closed;

    /// <summary>Maps a whole file, which must not be empty and must stay open.</summary>
    /// <exception cref="IOException">The system cannot map it.</exception>
    public MappedFile(FileStream stream)
    {
        // On Linux the very file that is open, even if another has its name by now.
        _path = OperatingSystem.IsLinux() ? $"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}" : stream.Name;
        _file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _begin);
    }

    /// <summary>Numbers of the file in place; null if their address is not a multiple of their size.</summary>
    /// <param name="begin">The byte at which the first one begins; the caller knows that all are within the file.</param>
    /// <param name="count">How many.</param>
    public ReadOnlyMemory<T>? View<T>(long begin, int count)
        where T : unmanaged
    {
        var address = _begin + begin;
        return (nint)address % sizeof(T) == 0 ? (ReadOnlyMemory<T>?)new Numbers<T>(this, address, count).Memory : null;
    }

    /// <summary>Ends the mapping.</summary>
    public void Dispose()
    {
        if (_closed) { return; }
        _closed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private sealed class Numbers<T>(MappedFile file, byte* begin, int count) : FileNumbers<T>
        where T : unmanaged
    {
        public override string Path
        {
            get
            {
                ObjectDisposedException.ThrowIf(file._closed, file);
                return file._path;
            }
        }

        public override long Before => (T*)begin - (T*)file._begin;

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
