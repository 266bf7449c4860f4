using System.Globalization;

namespace Llama3.Benchmarks;

/// <summary>The kernel beside the machine's limits, in turns, so that both meet the same disturbances.</summary>
internal static class Ratios
{
    /// <summary>M, K, N of Llama 3 8B: up and gate, queries, down, keys, logits.</summary>
    private static readonly (int M, int K, int N)[] Shapes =
    [
        (17, 4096, 14336), (17, 4096, 4096), (17, 14336, 4096), (17, 4096, 1024), (17, 4096, 128256),
        (128, 4096, 14336), (128, 14336, 4096), (512, 4096, 14336), (512, 14336, 4096),
        (1, 4096, 14336), (1, 4096, 4096), (1, 14336, 4096), (1, 4096, 1024), (1, 4096, 128256),
    ];

    /// <summary>Measures and prints one line for each shape and number of threads.</summary>
    /// <param name="only">Shapes written so: 17x4096x1024; those of the table if there are none.</param>
    public static void Print(string[] only)
    {
        var memory = Memory();
        Console.WriteLine("         M x K x N | threads |  kernel |   limit |         | median | best decile");
        foreach (var (m, k, n) in only is [] ? Shapes : only.Select(Shape))
        {
            foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
            {
                Console.WriteLine(Line(m, k, n, threads, memory));
            }
        }
    }

    private static (int M, int K, int N) Shape(string text) =>
        text.Split('x').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToArray() is [var m, var k, var n]
            ? (m, k, n)
            : throw new ArgumentException($"'{text}' is not a shape such as 17x4096x1024");

    /// <summary>A product of one row waits for memory, one of several for arithmetic. The limit is measured on as much work.</summary>
    private static string Line(int m, int k, int n, int threads, ReadOnlyMemory<ushort> memory)
    {
        var name = $"{m}x{k}x{n}".PadLeft(18);
        var rounds = m < 64 ? 41 : 11;
        set_num_threads(threads);
        var (x, next) = (Tensor.FromBFloat16(memory[..(m * k)], [m, k]), 0);
        var (kernel, limit) = m == 1
            ? Alternate(rounds, () => 2.0 * k * n / Product() / 1e9, () => Limits.Reading(Part(next++, k * n), threads))
            : Alternate(rounds, () => 2.0 * m * k * n / Product() / 1e9, () => Limits.Arithmetic((long)m * k * n, threads));
        var (unit, half, tenth) = (m == 1 ? "GB/s   " : "GFLOP/s", kernel.Length / 2, Math.Max(1, kernel.Length / 10));
        var (median, best) = (kernel[half] / limit[half], kernel[^tenth] / limit[^tenth]);
        return $"{name} | {threads,7} | {kernel[half],7:F1} | {limit[half],7:F1} | {unit} | {median,6:P0} | {best,6:P0}";

        // Other weights each time: they come from memory, as in a model, not from the cache.
        double Product()
        {
            var w = Tensor.FromBFloat16(Part(next++, k * n), [n, k]).T;
            return Limits.Seconds(() => matmul(x, w));
        }

        ReadOnlyMemory<ushort> Part(int index, int length) => memory.Slice(index % (memory.Length / length) * length, length);
    }

    private static (double[] Kernel, double[] Limit) Alternate(int rounds, Func<double> kernel, Func<double> limit)
    {
        for (var warm = 0; warm < rounds; warm++)
        {
            kernel();
            if (warm % 8 == 0) { limit(); Thread.Sleep(20); }
        }
        var (kernels, limits) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++) { (kernels[round], limits[round]) = (kernel(), limit()); }
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
