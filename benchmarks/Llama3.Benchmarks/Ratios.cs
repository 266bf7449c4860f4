
namespace Llama3.Benchmarks;

/// <summary>The kernel beside the machine's limits, in turns, so that both meet the same disturbances.</summary>
internal static class Ratios
{
    private const int Rounds = 41;

    /// <summary>M, K, N of Llama 3 8B: up and gate, queries, down, keys, logits.</summary>
    private static readonly (int M, int K, int N)[] Shapes =
    [
        (17, 4096, 14336), (17, 4096, 4096), (17, 14336, 4096), (17, 4096, 1024), (17, 4096, 128256),
        (1, 4096, 14336), (1, 4096, 4096), (1, 14336, 4096), (1, 4096, 1024), (1, 4096, 128256),
    ];

    /// <summary>Measures and prints one line for each shape and number of threads.</summary>
    /// <param name="only">Only shapes written so, as in 17x4096x1024; all if there are none.</param>
    public static void Print(string[] only)
    {
        var memory = Memory();
        Console.WriteLine("         M x K x N | threads |  kernel |   limit |         | median | best decile");
        foreach (var (m, k, n) in Shapes.Where(shape => only is [] || only.Contains($"{shape.M}x{shape.K}x{shape.N}")))
        {
            foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
            {
                Console.WriteLine(Line(m, k, n, threads, memory));
            }
        }
    }

    /// <summary>A product of one row waits for memory, one of several for arithmetic. The limit is measured on as much work.</summary>
    private static string Line(int m, int k, int n, int threads, ReadOnlyMemory<ushort> memory)
    {
        var name = $"{m}x{k}x{n}".PadLeft(18);
        set_num_threads(threads);
        var (x, next) = (Tensor.FromBFloat16(memory[..(m * k)], [m, k]), 0);
        var (kernel, limit) = m == 1
            ? Alternate(() => 2.0 * k * n / Product() / 1e9, () => Limits.Reading(Part(next++, k * n), threads))
            : Alternate(() => 2.0 * m * k * n / Product() / 1e9, () => Limits.Arithmetic((long)m * k * n, threads));
        var (unit, tenth) = (m == 1 ? "GB/s   " : "GFLOP/s", Rounds / 10);
        var (median, best) = (kernel[Rounds / 2] / limit[Rounds / 2], kernel[^tenth] / limit[^tenth]);
        return $"{name} | {threads,7} | {kernel[Rounds / 2],7:F1} | {limit[Rounds / 2],7:F1} | {unit} | {median,6:P0} | {best,6:P0}";

        // Other weights each time: they come from memory, as in a model, not from the cache.
        double Product()
        {
            var w = Tensor.FromBFloat16(Part(next++, k * n), [n, k]).T;
            return Limits.Seconds(() => matmul(x, w));
        }

        ReadOnlyMemory<ushort> Part(int index, int length) => memory.Slice(index % (memory.Length / length) * length, length);
    }

    private static (double[] Kernel, double[] Limit) Alternate(Func<double> kernel, Func<double> limit)
    {
        for (var warm = 0; warm < 40; warm++)
        {
            kernel();
            if (warm % 8 == 0) { limit(); Thread.Sleep(20); }
        }
        var (kernels, limits) = (new double[Rounds], new double[Rounds]);
        for (var round = 0; round < Rounds; round++) { (kernels[round], limits[round]) = (kernel(), limit()); }
        return ([.. kernels.Order()], [.. limits.Order()]);
    }

    /// <summary>Numbers between -1 and 1, as many as the table of 128256 x 4096.</summary>
    private static ReadOnlyMemory<ushort> Memory()
    {
        var memory = new ushort[128256 * 4096];
        Parallel.For(0, 4096, row =>
        {
            var random = new Random(row);
            foreach (ref var bits in memory.AsSpan(row * 128256, 128256)) { bits = (ushort)((random.Next() & 0x80FF) | 0x3E00); }
        });
        return memory;
    }
}
