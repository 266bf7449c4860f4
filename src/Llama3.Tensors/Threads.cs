using System.Runtime.ExceptionServices;

namespace Llama3.Tensors;

public static partial class torch
{
    /// <summary>Below this many multiplications, sharing the work costs more than it saves.</summary>
    internal const long WorthSharing = 1 << 20;

    /// <summary>What reading and writing an element costs, in multiplications.</summary>
    private const long WorkOfElement = 8;

    /// <summary>A thread takes a multiple of so many rounds of a loop at a time.</summary>
    private const int BlockSize = 16;

    /// <summary>What a thread takes at a time is at least so many multiplications: large enough to pay, small enough to share evenly.</summary>
    private const long WorthTaking = WorthSharing / 8;

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

        var size = BlockSize * (1 + (WorthTaking / BlockSize * count / work));
        // A thread takes blocks that are side by side: what it fetches ahead is then its own. One block at a time for each thread took a tenth longer.
        var options = new ParallelOptions { MaxDegreeOfParallelism = _threads };
        try
        {
            Parallel.For(0, ((count - 1) / size) + 1, options, i => block((int)(i * size), (int)Math.Min(count, (i + 1) * size)));
        }
        catch (AggregateException errors)
        {
            // What one thread would have thrown.
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
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
