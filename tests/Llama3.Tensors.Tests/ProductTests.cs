using Llama3.Tensors.Products;

namespace Llama3.Tensors.Tests;

/// <summary>Matrix products with vectors of every width: those that the machine lacks are computed in parts, slowly but alike.</summary>
public sealed class ProductTests
{
    /// <summary>Around the sizes of tiles, of groups of weights and of chunks.</summary>
    private static readonly int[] Rows = [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 17];
    private static readonly int[] Columns = [0, 1, 2, 3, 4, 5, 7, 8, 9, 33];
    private static readonly int[] Lengths = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100];

    public static TheoryData<string, ScalarType> Paths
    {
        get
        {
            var paths = new TheoryData<string, ScalarType>();
            foreach (var width in Enum.GetNames<VectorWidth>())
            {
                paths.Add(width, ScalarType.Float32);
                paths.Add(width, ScalarType.BFloat16);
            }
            return paths;
        }
    }

    [Theory(DisplayName = "whole numbers give exactly the sums of their products, whatever the sizes")]
    [MemberData(nameof(Paths))]
    public void Whole_numbers(string width, ScalarType dtype)
    {
        foreach (var (m, n, k) in from m in Rows from n in Columns from k in Lengths select (m, n, k))
        {
            var (x, w) = (WholeNumbers(m, k, 1), WholeNumbers(n, k, 2));
            var product = Product(width, tensor(x, [m, k], dtype), tensor(w, [n, k], dtype));

            product.shape.Should().Equal(m, n);
            product.dtype.Should().Be(dtype);
            product.ToSingles().ShouldEqual(tensor(Reference(x, w, m, n, k), [m, n], dtype).ToSingles(), $"of [{m}, {k}] x [{n}, {k}]");
        }
    }

    [Theory(DisplayName = "float32 rows meet weights that are bfloat16 in memory: nothing is rounded, whatever the sizes")]
    [InlineData(nameof(VectorWidth.Bits32)), InlineData(nameof(VectorWidth.Bits128))]
    [InlineData(nameof(VectorWidth.Bits256)), InlineData(nameof(VectorWidth.Bits512))]
    public void Float32_by_bfloat16(string width)
    {
        foreach (var (m, n, k) in from m in Rows from n in Columns from k in Lengths select (m, n, k))
        {
            // 1001 has too many digits for bfloat16; a hundred times 9 · 1001 still is exact in float32.
            float[] x = [.. WholeNumbers(m, k, 1).Select(number => 1001 * number)];
            var w = WholeNumbers(n, k, 2);
            var weights = tensor(w, [n, k], ScalarType.BFloat16).to_type(ScalarType.Float32);

            Product(width, tensor(x, [m, k]), weights).ToSingles().ShouldEqual(Reference(x, w, m, n, k), $"of [{m}, {k}] x [{n}, {k}]");
        }
    }

    [Theory(DisplayName = "fractions give the sums of their products to the last places of float32")]
    [MemberData(nameof(Paths))]
    public void Fractions(string width, ScalarType dtype)
    {
        const int M = 6, N = 9, K = 1001;
        var (x, w) = (Random(M, K, 1, dtype), Random(N, K, 2, dtype));
        var sums = Reference(x.ToSingles(), w.ToSingles(), M, N, K);

        // 1001 products below 1/4, of any sign: no sum on the way exceeds 64, whose last place is 2^-18 (4e-6), and few come near.
        var product = Product(width, x, w).ToSingles();

        for (var i = 0; i < product.Length; i++)
        {
            product[i].Should().BeApproximately(sums[i], dtype == ScalarType.BFloat16 ? (Math.Abs(sums[i]) / 128) + 1e-4f : 1e-4f);
        }
    }

    [Theory(DisplayName = "a row gives the same bits alone, among others, and on any number of threads")]
    [MemberData(nameof(Paths))]
    public void A_row_alone(string width, ScalarType dtype)
    {
        const int M = 17, N = 200, K = 333;
        var (x, w) = (Random(M, K, 1, dtype), Random(N, K, 2, dtype));
        ((long)M * N * K).Should().BeGreaterThan(WorthSharing);
        var all = Threads.With(1, () => Product(width, x, w));

        foreach (var threads in new[] { 2, 3, 8 })
        {
            Threads.With(threads, () => Product(width, x, w)).ToSingles().ShouldEqual(all.ToSingles());
        }
        foreach (var (first, count) in new[] { (0, 1), (16, 1), (3, 2), (5, 4), (0, 5), (1, 6), (2, 11), (0, 16) })
        {
            Product(width, x.narrow(0, first, count), w).ToSingles().ShouldEqual(all.narrow(0, first, count).ToSingles());
        }
    }

    [Theory(DisplayName = "more rows than stay in the cache at a time give what they give in parts")]
    [MemberData(nameof(Paths))]
    public void Many_rows(string width, ScalarType dtype)
    {
        // 48 rows of x meet a block of weights at a time.
        const int M = 300, N = 5, K = 1001;
        var (x, w) = (Random(M, K, 1, dtype), Random(N, K, 2, dtype));
        var all = Product(width, x, w);

        foreach (var first in new[] { 0, 100, 200 })
        {
            all.narrow(0, first, 100).ToSingles().ShouldEqual(Product(width, x.narrow(0, first, 100), w).ToSingles());
        }
    }

    [Theory(DisplayName = "rows that are multiplied part by part give the bits that each gives as a whole")]
    [MemberData(nameof(Paths))]
    public void Long_rows(string width, ScalarType dtype)
    {
        // A part has 1024 elements; a single tile goes along whole rows.
        const int M = 17, N = 70;
        foreach (var length in new[] { 1023, 1024, 1025, 2048, 2081 })
        {
            var (x, w) = (Random(M, length, 1, dtype), Random(N, length, 2, dtype));
            var all = Product(width, x, w);
            foreach (var row in new[] { 0, 8, 16 })
            {
                all.narrow(0, row, 1).ToSingles().ShouldEqual(Product(width, x.narrow(0, row, 1), w).ToSingles());
            }
        }
    }

    [Theory(DisplayName = "rows are found however many there are")]
    [MemberData(nameof(Paths))]
    public void Very_many_rows(string width, ScalarType dtype)
    {
        // A tile's number times the number of rows exceeds 2^32.
        const int M = 140_001;
        var x = WholeNumbers(M, 1, 1);

        Product(width, tensor(x, [M, 1], dtype), tensor([2f], [1, 1], dtype)).ToSingles().ShouldEqual(Array.ConvertAll(x, number => 2 * number));
    }

    [Theory(DisplayName = "NaN and infinity reach their own row or column, and no other")]
    [MemberData(nameof(Paths))]
    public void NaN_and_infinity(string width, ScalarType dtype)
    {
        const int M = 6, N = 7, K = 70;
        foreach (var at in new[] { 0, 1, 31, 32, 63, 64, 69 })
        {
            var (x, w) = (Enumerable.Repeat(1f, M * K).ToArray(), Enumerable.Repeat(1f, N * K).ToArray());
            (x[(2 * K) + at], x[(4 * K) + at], w[(3 * K) + at]) = (float.NaN, float.NegativeInfinity, 0);

            var sums = Product(width, tensor(x, [M, K], dtype), tensor(w, [N, K], dtype)).ToSingles();

            for (var i = 0; i < sums.Length; i++)
            {
                var expected = (i / N, i % N) switch
                {
                    (2, _) or (4, 3) => float.NaN,
                    (4, _) => float.NegativeInfinity,
                    (_, 3) => K - 1,
                    _ => K,
                };
                sums[i].Should().Be(expected, "row {0}, column {1}, place {2}", i / N, i % N, at);
            }
        }
    }

    [Theory(DisplayName = "numbers near zero are not flushed to it")]
    [MemberData(nameof(Paths))]
    public void Denormal_numbers(string width, ScalarType dtype)
    {
        // 2^-133 is the smallest bfloat16, far below 2^-126, the smallest normal number.
        var tiny = MathF.ScaleB(1, -133);
        var product = Product(width, tensor([tiny, -tiny, tiny], [1, 3], dtype), tensor([3f, 2, 1, 1, 1, 0], [2, 3], dtype));

        product.ToSingles().Should().Equal(2 * tiny, 0);
    }

    [Theory(DisplayName = "views give what their copies give")]
    [MemberData(nameof(Paths))]
    public void Views(string width, ScalarType dtype)
    {
        var x = Random(12, 35, 1, dtype);
        var w = Random(24, 35, 2, dtype);
        (Tensor X, Tensor W)[] views =
        [
            (x[1..], w[1..]),
            (x[.., 1..], w[.., 1..]),
            (x[TensorIndex.Slice(step: 2)], w[TensorIndex.Slice(step: 3)]),
            (x.T, w[..12, ..12].T),
            (x[..1].expand(4, 35), w[2..3].expand(9, 35)),
            (x[.., 7..8], w[.., 8..9]),
        ];
        foreach (var (left, right) in views)
        {
            Product(width, left, right).ToSingles().Should().Equal(Product(width, Copy(left), Copy(right)).ToSingles());
        }
    }

    [Theory(DisplayName = "stacked heads give what each gives alone")]
    [MemberData(nameof(Paths))]
    public void Stacked_heads(string width, ScalarType dtype)
    {
        var heads = Random(4 * 6, 33, 2, dtype).view(4, 6, 33);
        var x = Random(4 * 5, 33, 1, dtype).view(4, 5, 33);
        var shared = x[0].unsqueeze(0).expand(4, 5, 33);
        var (own, same) = (ProductOfStacks(width, x, heads), ProductOfStacks(width, shared, heads));

        for (var head = 0; head < 4; head++)
        {
            own[head].ToSingles().Should().Equal(Product(width, x[head], heads[head]).ToSingles());
            same[head].ToSingles().Should().Equal(Product(width, x[0], heads[head]).ToSingles());
        }
    }

    private static Tensor Product(string width, Tensor x, Tensor w) => ProductOfStacks(width, x.unsqueeze(0), w.unsqueeze(0))[0];

    private static Tensor ProductOfStacks(string width, Tensor x, Tensor w) =>
        Tensor.Product(x, w.transpose(1, 2), Enum.Parse<VectorWidth>(width));

    private static Tensor Copy(Tensor view) => tensor(view.ToSingles(), view.shape, view.dtype);

    /// <summary>-3 to 3: bfloat16 holds them, and no sum of their products needs rounding in float32.</summary>
    private static float[] WholeNumbers(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows * columns).Select(_ => (float)random.Next(-3, 4))];
    }

    /// <summary>Between -1/2 and 1/2, with so many digits that the order of a sum shows.</summary>
    private static Tensor Random(int rows, int columns, int seed, ScalarType dtype)
    {
        var random = new Random(seed);
        return tensor([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)], [rows, columns], dtype);
    }

    private static float[] Reference(float[] x, float[] w, int m, int n, int k)
    {
        var sums = new float[m * n];
        for (var i = 0; i < sums.Length; i++)
        {
            var sum = 0.0;
            for (var at = 0; at < k; at++) { sum += (double)x[(i / n * k) + at] * w[(i % n * k) + at]; }
            sums[i] = (float)sum;
        }
        return sums;
    }
}
