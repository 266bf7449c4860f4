using BenchmarkDotNet.Attributes;

namespace Llama3.Benchmarks;

/// <summary>Products of Llama 3 8B, and one of the toy model's.</summary>
public class ProductBenchmarks
{
    private Tensor _x = zeros(1), _w = zeros(1);

    [Params("1x4096x4096", "17x4096x4096", "17x4096x14336", "17x10x17")]
    public string Shape { get; set; } = "";

    [Params(ScalarType.BFloat16, ScalarType.Float32)]
    public ScalarType Type { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        long[] sizes = [.. Shape.Split('x').Select(long.Parse)];
        _x = Numbers(sizes[0], sizes[1]);
        _w = Numbers(sizes[2], sizes[1]).T;
    }

    [Benchmark]
    public Tensor Matmul() => matmul(_x, _w);

    private Tensor Numbers(long rows, long columns)
    {
        var random = new Random(1);
        return tensor([.. Enumerable.Range(0, (int)(rows * columns)).Select(_ => random.NextSingle() - 0.5f)], [rows, columns], Type);
    }
}
