using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Llama3.Tensors.Products;

namespace Llama3.Benchmarks;

/// <summary>What the machine can do at most, with the vectors that the engine uses.</summary>
internal static class Limits
{
    private const int Chains = 12;

    private static float _sink;

    /// <summary>Multiply-adds of float32 in registers alone, about as many as asked for, in GFLOP/s.</summary>
    public static double Arithmetic(long count, int threads) => VectorWidths.Widest switch
    {
        VectorWidth.Bits512 => Rate<Simd512, Vector512<float>>(count, threads),
        VectorWidth.Bits256 => Rate<Simd256, Vector256<float>>(count, threads),
        VectorWidth.Bits128 => Rate<Simd128, Vector128<float>>(count, threads),
        _ => Rate<Simd32, float>(count, threads),
    };

    /// <summary>Reading memory from its beginning to its end, in GB/s.</summary>
    public static double Reading(ReadOnlyMemory<ushort> memory, int threads) => Reading([memory], threads);

    /// <summary>Reading several pieces of memory, each from its beginning to its end, in GB/s.</summary>
    public static double Reading(IEnumerable<ReadOnlyMemory<ushort>> memories, int threads)
    {
        const int Size = 1 << 20;
        var parts = memories
            .SelectMany(memory => Enumerable.Range(0, memory.Length / Size).Select(part => memory.Slice(part * Size, Size)))
            .ToArray();
        var seconds = Seconds(() => Share(parts.Length, threads, part => Volatile.Write(ref _sink, Sum(parts[part].Span))));
        return parts.Length * (double)Size * sizeof(ushort) / seconds / 1e9;
    }

    /// <summary>How long something takes.</summary>
    public static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Rate<TSimd, TVector>(long count, int threads)
        where TSimd : struct, ISimd<TVector>, ILoad<TVector, float>
        where TVector : unmanaged
    {
        const int Parts = 16;
        var loops = count / (Parts * Chains * TSimd.Count);
        var seconds = Seconds(() => Share(Parts, threads, _ => Volatile.Write(ref _sink, MultiplyAdds<TSimd, TVector>(1f / 3, loops))));
        return 2.0 * Parts * Chains * TSimd.Count * loops / seconds / 1e9;
    }

    private static void Share(int count, int threads, Action<int> action)
    {
        if (threads > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, action);
            return;
        }
        for (var i = 0; i < count; i++) { action(i); }
    }

    /// <summary>Twelve sums that do not wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float MultiplyAdds<TSimd, TVector>(float factor, long loops)
        where TSimd : struct, ISimd<TVector>, ILoad<TVector, float>
        where TVector : unmanaged
    {
        Span<float> factors = stackalloc float[2 * 16];
        factors.Fill(factor);
        var (x, w) = (TSimd.First(ref factors[0]), TSimd.Second(ref factors[0]));
        TVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (var loop = 0L; loop < loops; loop++)
        {
            a = TSimd.MultiplyAdd(x, w, a);
            b = TSimd.MultiplyAdd(x, w, b);
            c = TSimd.MultiplyAdd(x, w, c);
            d = TSimd.MultiplyAdd(x, w, d);
            e = TSimd.MultiplyAdd(x, w, e);
            f = TSimd.MultiplyAdd(x, w, f);
            g = TSimd.MultiplyAdd(x, w, g);
            h = TSimd.MultiplyAdd(x, w, h);
            i = TSimd.MultiplyAdd(x, w, i);
            j = TSimd.MultiplyAdd(x, w, j);
            k = TSimd.MultiplyAdd(x, w, k);
            l = TSimd.MultiplyAdd(x, w, l);
        }
        var (left, right) = (Sum(a, b, c, d), Sum(e, f, g, h));
        return TSimd.Sums(new() { V0 = Sum(left, right, Sum(i, j, k, l), x) })[0];

        TVector Sum(TVector first, TVector second, TVector third, TVector fourth) =>
            TSimd.MultiplyAdd(first, second, TSimd.MultiplyAdd(third, fourth, x));
    }

    private static float Sum(ReadOnlySpan<ushort> memory)
    {
        var vectors = MemoryMarshal.Cast<ushort, Vector512<uint>>(memory);
        Vector512<uint> a = default, b = default, c = default, d = default;
        for (var i = 0; i + 3 < vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }
        return Vector512.Sum(a + b + c + d);
    }
}
