using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Llama3.Fuzzing;

/// <summary>
/// Which edges between blocks of code inputs have taken, and how often: once, twice, three times, 4 to 7 times, and so on, as AFL counts. SharpFuzz counts
/// them in <see cref="Trace.SharedMem"/>.
/// </summary>
/// <param name="isCounting">Whether it matters how often.</param>
internal sealed unsafe class Coverage(bool isCounting = true)
{
    private const int Size = 1 << 16;

    private static readonly byte* Counters = Allocated();

    private readonly byte[] _seen = new byte[Size];

    /// <summary>How many edges any input has taken.</summary>
    public int Edges => Size - _seen.AsSpan().Count((byte)0);

    /// <summary>Forgets what the input before has done.</summary>
    public static void Begin()
    {
        NativeMemory.Clear(Counters, Size);
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether this input has taken an edge that none before has taken, or more often.</summary>
    public bool Add()
    {
        var isNew = false;
        var counters = (ulong*)Counters;
        for (var word = 0; word < Size / sizeof(ulong); word++)
        {
            if (counters[word] == 0) { continue; }
            for (var at = word * sizeof(ulong); at < (word + 1) * sizeof(ulong); at++)
            {
                var much = isCounting ? HowMuch(Counters[at]) : Math.Min((int)Counters[at], 1);
                if ((much & ~_seen[at]) == 0) { continue; }
                (_seen[at], isNew) = ((byte)(_seen[at] | much), true);
            }
        }
        return isNew;
    }

    /// <summary>A bit for each of 1, 2, 3, 4–7, 8–15, 16–31, 32–127 and more.</summary>
    private static int HowMuch(byte count) => count switch
    {
        0 => 0,
        <= 3 => 1 << (count - 1),
        < 32 => 1 << (BitOperations.Log2(count) + 1),
        _ => count < 128 ? 64 : 128,
    };

    private static byte* Allocated() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);
}
