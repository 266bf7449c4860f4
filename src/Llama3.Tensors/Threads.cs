namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>Below this many multiplications, sharing the work costs more than it saves.</summary>
    internal const long WorthSharing = 1 << 20;

    /// <summary>What reading and writing an element costs, in multiplications.</summary>
    private const long WorkOfElement = 8;

    /// <summary>The part of a loop that a thread takes at a time: large enough to pay, small enough to share evenly.</summary>
    private const int BlockSize = 16;

    private static volatile int _threads = Environment.ProcessorCount;

    /// <summary>How many threads a matrix product may use.</summary>
    public static int get_num_threads() => _threads;

    /// <summary>Sets how many threads a matrix product may use. Results do not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static void set_num_threads(int num)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(num);
        _threads = num;
    }

    /// <summary>Runs a loop from 0 to <paramref name="count"/> in blocks [first, end), on several threads if that pays.</summary>
    private static void ForBlocks(int count, long work, Action<int, int> block)
    {
        if (work < WorthSharing || _threads == 1)
        {
            block(0, count);
            return;
        }

        var blocks = ((count - 1) / BlockSize) + 1;
        var options = new ParallelOptions { MaxDegreeOfParallelism = _threads };
        Parallel.For(0, blocks, options, i => block(i * BlockSize, (int)Math.Min(count, (i + 1L) * BlockSize)));
    }

    /// <summary>Runs over the elements of an array in parts (first, count) of a size, on several threads if that pays. The last part also takes the rest.</summary>
    private static void ForElements(int length, Action<int, int> part, int size = 4096)
    {
        var parts = Math.Max(1, length / size);
        ForBlocks(length == 0 ? 0 : parts, length * WorkOfElement, (first, end) =>
        {
            for (var i = first; i < end; i++) { part(i * size, i < parts - 1 ? size : length - (i * size)); }
        });
    }
}
