using Llama3.Formats.Numbers;

namespace Llama3.Benchmarks;

/// <summary>The large files of a checkpoint as memory: the pages that both engines compute with.</summary>
internal sealed class MappedFiles : IDisposable
{
    private const int Piece = 1 << 29;
    private const long Smallest = 1 << 20;

    private readonly List<(FileStream Stream, MappedFile Memory)> _files;

    public MappedFiles(string folder) => _files =
    [
        .. new DirectoryInfo(folder).GetFiles().Where(file => file.Length > Smallest).OrderBy(file => file.Name).Select(file =>
        {
            var stream = file.OpenRead();
            return (stream, new MappedFile(stream));
        }),
    ];

    /// <summary>All of them, from the first byte to the last, in pieces of at most 1 GiB.</summary>
    public IReadOnlyList<ReadOnlyMemory<ushort>> Contents => [.. _files.SelectMany(file => Pieces(file.Memory, file.Stream.Length / sizeof(ushort)))];

    public void Dispose()
    {
        foreach (var (stream, memory) in _files)
        {
            memory.Dispose();
            stream.Dispose();
        }
    }

    private static IEnumerable<ReadOnlyMemory<ushort>> Pieces(MappedFile file, long count)
    {
        for (var begin = 0L; begin < count; begin += Piece)
        {
            yield return file.View<ushort>(begin * sizeof(ushort), (int)Math.Min(Piece, count - begin))!.Value;
        }
    }
}
