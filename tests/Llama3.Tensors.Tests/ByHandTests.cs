namespace Llama3.Tensors.Tests;

/// <summary>Read these first: small tensors whose results can be checked on paper.</summary>
public sealed class ByHandTests
{
    [Fact(DisplayName = "tensor: numbers and a shape")]
    public void Numbers_and_a_shape()
    {
        var x = tensor([1f, 2, 3, 4, 5, 6], [2, 3]);

        x.shape.Should().Equal(2, 3);
        x.ndim.Should().Be(2);
        x.numel().Should().Be(6);
        x[1, 2].item<float>().Should().Be(6);
        x.ToString().Should().Be("tensor([[1, 2, 3], [4, 5, 6]], shape=[2, 3], dtype=Float32)");
    }

    [Fact(DisplayName = "tensor: a view shows the same numbers in another shape")]
    public void A_view()
    {
        var x = tensor([1f, 2, 3, 4, 5, 6]);

        Show(x.view(2, 3)).Should().Be("[[1, 2, 3], [4, 5, 6]]");
        Show(x.view(-1, 2)).Should().Be("[[1, 2], [3, 4], [5, 6]]");
    }

    [Fact(DisplayName = "tensor: transpose exchanges rows and columns")]
    public void Transpose() => Show(tensor([1f, 2, 3, 4, 5, 6], [2, 3]).T).Should().Be("[[1, 4], [2, 5], [3, 6]]");

    [Fact(DisplayName = "tensor: indices and ranges pick a part")]
    public void Indices_and_ranges()
    {
        var x = tensor([1f, 2, 3, 4, 5, 6], [2, 3]);

        Show(x[0]).Should().Be("[1, 2, 3]");
        Show(x[-1]).Should().Be("[4, 5, 6]");
        Show(x[.., 1..]).Should().Be("[[2, 3], [5, 6]]");
        Show(x[.., 1]).Should().Be("[2, 5]");
    }

    [Fact(DisplayName = "tensor: a dimension of size 1 repeats (broadcasting)")]
    public void Broadcasting()
    {
        var row = tensor([10f, 20, 30]);
        var column = tensor([1f, 2], [2, 1]);

        Show(row + column).Should().Be("[[11, 21, 31], [12, 22, 32]]");
        Show((row * 2) - 1).Should().Be("[19, 39, 59]");
    }

    [Fact(DisplayName = "tensor: matmul of [2, 3] and [3, 2] by hand")]
    public void Matmul()
    {
        var a = tensor([1f, 2, 3, 4, 5, 6], [2, 3]);
        var b = tensor([7f, 8, 9, 10, 11, 12], [3, 2]);

        // 58 = 1*7 + 2*9 + 3*11
        Show(matmul(a, b)).Should().Be("[[58, 64], [139, 154]]");
    }

    [Fact(DisplayName = "tensor: softmax makes weights that add up to 1")]
    public void Softmax()
    {
        // e^0 : e^ln(3) = 1 : 3
        var weights = tensor([0f, MathF.Log(3), float.NegativeInfinity]).softmax(-1).ToSingles();

        weights[0].Should().BeApproximately(0.25f, 1e-6f);
        weights[1].Should().BeApproximately(0.75f, 1e-6f);
        weights[2].Should().Be(0);
    }

    [Fact(DisplayName = "tensor: triu of -inf is the mask that hides the future")]
    public void Mask() => Show(full(3, 3, float.NegativeInfinity).triu(1))
        .Should().Be("[[0, -Infinity, -Infinity], [0, 0, -Infinity], [0, 0, 0]]");

    [Fact(DisplayName = "tensor: the mean of squares, as in RMS norm")]
    public void Mean_of_squares()
    {
        var x = tensor([3f, 4, 0, 5], [2, 2]);

        Show(x.pow(2).mean([-1], keepdim: true)).Should().Be("[[12.5], [12.5]]");
        Show(rsqrt(tensor([4f, 16]))).Should().Be("[0.5, 0.25]");
    }

    [Fact(DisplayName = "tensor: a complex product rotates a pair, as in RoPE")]
    public void Rotation()
    {
        var pair = view_as_complex(tensor([1f, 2], [1, 2]));
        var quarterTurn = polar(ones(1), tensor([MathF.PI / 2]));

        var rotated = view_as_real(pair * quarterTurn).ToSingles();

        rotated[0].Should().BeApproximately(-2, 1e-6f);
        rotated[1].Should().BeApproximately(1, 1e-6f);
    }

    [Fact(DisplayName = "tensor: index_select reads the embeddings of tokens")]
    public void Embedding()
    {
        var table = tensor([0f, 0, 1, 10, 2, 20], [3, 2]);

        Show(table.index_select(0, tensor([2L, 0, 2]))).Should().Be("[[2, 20], [0, 0], [2, 20]]");
    }

    [Fact(DisplayName = "tensor: argmax and topk find the most likely token")]
    public void Most_likely()
    {
        var logits = tensor([0.1f, 4, -2, 3]);

        logits.argmax(-1).item<long>().Should().Be(1);
        var (values, indexes) = logits.topk(2);
        Show(values).Should().Be("[4, 3]");
        Show(indexes).Should().Be("[1, 3]");
    }

    [Fact(DisplayName = "tensor: bfloat16 keeps 8 significant bits and rounds ties to even")]
    public void BFloat16()
    {
        var x = tensor([1f, 1.00390625f, 1.01171875f, 257]).to_type(bfloat16);

        Show(x.to_type(float32)).Should().Be("[1, 1, 1.0156, 256]");
        (x * 1.5).dtype.Should().Be(ScalarType.BFloat16);
        (x * tensor([1.5f])).dtype.Should().Be(ScalarType.Float32);
    }

    [Theory(DisplayName = "tensor: what repeats is not laid out, however long the rows are")]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(1025)]
    [InlineData(2500)]
    public void Long_rows(int columns)
    {
        var x = arange(4L * columns, dtype: float32).view(4, columns);
        var (row, column) = (arange(columns, dtype: float32).view(1, columns), tensor([1f, 2, 3, 4], [4, 1]));
        var counted = Enumerable.Range(0, 4 * columns).ToArray();

        (x + row).ToSingles().Should().Equal(counted.Select(i => i + (float)(i % columns)));
        (row - x).ToSingles().Should().Equal(counted.Select(i => (i % columns) - (float)i));
        (x - column).ToSingles().Should().Equal(counted.Select(i => i - ((i / columns) + 1f)));
        (x * tensor([2f], [1, 1, 1])).shape.Should().Equal(1, 4, columns);
        (x * 2).ToSingles().Should().Equal(counted.Select(i => 2f * i));
        (arange(4L * columns).view(4, columns) + arange(columns)).ToInt64s().Should().Equal(counted.Select(i => (long)(i + (i % columns))));
        (zeros(0, columns) + row).numel().Should().Be(0);
    }

    /// <summary>The numbers alone.</summary>
    private static string Show(Tensor tensor) => tensor.ToString().Split(", shape=")[0]["tensor(".Length..];
}
