namespace Llama3.Tensors.Tests;

/// <summary>Factories, printing, numbers in and out.</summary>
public sealed class BorderTests
{
    [Fact]
    public void Factories_have_shapes_and_dtypes()
    {
        Check(zeros(2), "[0, 0]", [2], float32);
        Check(zeros(1, 2, 1, bfloat16), "[[[0], [0]]]", [1, 2, 1], bfloat16);
        Check(ones([1, 1, 1, 2], int64), "[[[[1, 1]]]]", [1, 1, 1, 2], int64);
        Check(ones(1, 1, 1, 2), "[[[[1, 1]]]]", [1, 1, 1, 2], float32);
        Check(empty(2, 0), "[[], []]", [2, 0], float32);
        Check(full(2, 7), "[7, 7]", [2], int64);
        Check(full(2, 1, 0.5), "[[0.5], [0.5]]", [2, 1], float32);
        Check(full(1, 1, 1, 2.5, complex64), "[[[2.5+0j]]]", [1, 1, 1], complex64);
        Check(zeros_like(arange(2)), "[0, 0]", [2], int64);
        Check(ones_like(arange(2), bfloat16), "[1, 1]", [2], bfloat16);
        Check(arange(3, dtype: float32), "[0, 1, 2]", [3], float32);
        Check(arange(0.0, 1.5, 0.5, dtype: int64), "[0, 0, 1]", [3], int64);
    }

    [Fact]
    public void Numbers_become_tensors()
    {
        Check(tensor(5), "5", [], int64);
        Check(tensor(2.5), "2.5", [], float32);
        Check(tensor(2.5f), "2.5", [], float32);
        Check(tensor(1, bfloat16), "1", [], bfloat16);
        Check(tensor([1, 2]), "[1, 2]", [2], int64);
        Check(tensor(new long[] { 1, 2 }, float32), "[1, 2]", [2], float32);
        Check(tensor(new[] { 1, 2, 3, 4 }, [2, 2]), "[[1, 2], [3, 4]]", [2, 2], int64);
        Check(tensor(1L << 62) + 1, "4611686018427387905", [], int64);
    }

    [Fact]
    public void A_tensor_keeps_no_hold_on_the_array()
    {
        float[] values = [1, 2];
        var copied = tensor(values);
        values[0] = 9;
        copied.ToSingles().Should().Equal(1, 2);
    }

    [Fact]
    public void Single_numbers_come_out()
    {
        tensor([1f, 2])[1].item<float>().Should().Be(2);
        arange(5)[-1].item<long>().Should().Be(4);
        tensor(1.5, bfloat16).to_type(float32).item<float>().Should().Be(1.5f);
    }

    [Fact]
    public void Prints_the_ends_of_long_dimensions()
    {
        arange(7).ToString().Should().Be("tensor([0, 1, 2, ..., 4, 5, 6], shape=[7], dtype=Int64)");
        zeros(100, 1, bfloat16).ToString().Should().Be("tensor([[0], [0], [0], ..., [0], [0], [0]], shape=[100, 1], dtype=BFloat16)");
        tensor([float.NaN, float.NegativeInfinity, 1e-20f, 123456]).ToString()
            .Should().StartWith("tensor([NaN, -Infinity, 1E-20, 1.2346E+05]");
        polar(ones(1), zeros(1)).ToString().Should().Be("tensor([1+0j], shape=[1], dtype=ComplexFloat32)");
    }

    [Theory]
    [InlineData(ScalarType.Int64, ScalarType.BFloat16, ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64, ScalarType.Float32, ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16, ScalarType.ComplexFloat32, ScalarType.ComplexFloat32)]
    [InlineData(ScalarType.Float32, ScalarType.ComplexFloat32, ScalarType.ComplexFloat32)]
    public void The_wider_dtype_wins_unless_it_is_a_number_of_the_same_kind(ScalarType narrow, ScalarType wide, ScalarType expected)
    {
        (zeros(2, narrow) * zeros(2, wide)).dtype.Should().Be(expected);
        (zeros(2, wide) * zeros([], narrow)).dtype.Should().Be(wide);
        (zeros([], narrow) * zeros([], wide)).dtype.Should().Be(expected);
        (zeros(2, bfloat16) * zeros([], float32)).dtype.Should().Be(bfloat16);
    }

    [Fact]
    public void Scopes_do_nothing()
    {
        Tensor kept;
        using (NewDisposeScope()) { kept = (ones(2) + 1).MoveToOuterDisposeScope(); }
        kept.Dispose();
        kept.ToSingles().Should().Equal(2, 2);
    }

    [Fact]
    public void Functions_do_what_the_methods_do()
    {
        var x = tensor([1f, 4, 9, 16], [2, 2]);
        Same(x.add(x), x + x);
        Same(x.add(1), 1 + x);
        Same(x.sub(x), x - x);
        Same(x.sub(1), x - 1);
        Same(x.mul(x), x.pow(2));
        Same(x.mul(2), 2 * x);
        Same(x.div(x), x / x);
        Same(x.div(2), x / 2);
        Same(x.neg(), 0 - x);
        Same(x.mm(x), matmul(x, x));
        Same(x.sum(), x.sum(0).sum(0));
        Same(x.mean(), x.mean([0, 1]));
        Same(x.max(1).values, x.topk(1).values.squeeze(1));
        Same(x.argmax(), tensor(3));
        Same(argmax(x, 0), ones(2, int64));
        Same(triu(x, 1), x.triu(1));
        Same(x.index_select(1, tensor([0])), x[.., ..1]);
        Same(x.reshape(4), x.view(-1));
        Same(x.transpose(0, 1), x.permute(1, 0));
        Same(nn.functional.softmax(x, -1), x.softmax(-1));
        Same(x.to(bfloat16), x.to_type(bfloat16));
    }

    [Fact]
    public void Names_of_dtypes_have_the_numbers_of_TorchSharp() =>
        new[] { int64, float32, complex64, bfloat16 }.Cast<int>().Should().Equal(4, 6, 9, 15);

    private static void Check(Tensor tensor, string values, long[] shape, ScalarType dtype) =>
        tensor.ToString().Should().Be($"tensor({values}, shape=[{string.Join(", ", shape)}], dtype={dtype})");

    private static void Same(Tensor actual, Tensor expected) => Tolerance.Exact.Check(actual, expected);
}
