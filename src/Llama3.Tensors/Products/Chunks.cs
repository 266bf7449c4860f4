using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llama3.Tensors.Products;

/// <summary>Writes the elements of a row as the tiles read them: chunk by chunk as float32, the last chunk filled up with zeros.</summary>
/// <typeparam name="TSimd">The vectors of the tiles; a chunk is two of them.</typeparam>
/// <typeparam name="TVector">Several float32.</typeparam>
internal static class Chunks<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>, ILoad<TVector, ushort>
    where TVector : unmanaged
{
    /// <summary>The number of elements.</summary>
    public static int Size => 2 * TSimd.Count;

    /// <summary>bfloat16: in a chunk the even elements come first, then the odd ones, as a tile widens them itself.</summary>
    /// <param name="row">The elements.</param>
    /// <param name="place">Where the first chunk begins.</param>
    /// <param name="step">From the start of a chunk to that of the next one.</param>
    public static void Widen(ReadOnlySpan<ushort> row, Span<float> place, int step)
    {
        var full = row.Length / Size;
        if (full > 0) { Widen(ref MemoryMarshal.GetReference(row), ref MemoryMarshal.GetReference(place[..(((full - 1) * step) + Size)]), full, step); }
        if (row.Length % Size == 0) { return; }
        Span<ushort> last = stackalloc ushort[Size];
        last.Clear();
        row[(full * Size)..].CopyTo(last);
        Widen(ref last[0], ref place.Slice(full * step, Size)[0], 1, step);
    }

    /// <summary>float32 whose weights are bfloat16: the even elements of a chunk come first, then the odd ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(ReadOnlySpan<float> row, Span<float> place, int step)
    {
        for (; !row.IsEmpty; row = row[Math.Min(Size, row.Length)..], place = place[Math.Min(step, place.Length)..])
        {
            var even = place[..TSimd.Count];
            var odd = place[TSimd.Count..Size];
            if (row.Length < Size) { place[..Size].Clear(); }
            for (var i = 0; i < Math.Min(Size, row.Length); i++) { (i % 2 == 0 ? even : odd)[i / 2] = row[i]; }
        }
    }

    /// <summary>float32 whose weights are float32: in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(ReadOnlySpan<float> row, Span<float> place, int step)
    {
        for (; row.Length >= Size; row = row[Size..], place = place[Math.Min(step, place.Length)..]) { row[..Size].CopyTo(place); }
        if (row.IsEmpty) { return; }
        place[..Size].Clear();
        row.CopyTo(place);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(ref ushort chunk, ref float place, int count, int step)
    {
        for (; count > 0; count--)
        {
            Unsafe.As<float, TVector>(ref place) = TSimd.First(ref chunk);
            Unsafe.As<float, TVector>(ref Unsafe.Add(ref place, TSimd.Count)) = TSimd.Second(ref chunk);
            chunk = ref Unsafe.Add(ref chunk, Size);
            place = ref Unsafe.Add(ref place, step);
        }
    }
}
