namespace Llama3.Tensors.Tests;

/// <summary>A Float32 tensor that came of a bfloat16 one, or of packed numbers, has no numbers of its own: it must behave like one that has.</summary>
public sealed class NarrowMemoryTests
{
    private const long Rows = 6, Columns = 34;

    /// <summary>Whole numbers: sums are exact in whatever order they are computed.</summary>
    private static readonly float[] Numbers = [.. Enumerable.Range(0, (int)(Rows * Columns)).Select(i => (float)((i * 7 % 23) - 11))];

    private static readonly Tensor Wide = Tensor.FromSingles(Numbers, [Rows, Columns]);
    private static readonly Tensor Packed = Tensor.FromPacked((numbers, first) => Numbers.AsSpan((int)first, numbers.Length).CopyTo(numbers), [Rows, Columns]);
    private static readonly Tensor Narrow = Wide.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32);

    public static TheoryData<string, Func<Tensor, Tensor>> Operations => new()
    {
        { "abs", x => x.abs() },
        { "silu", x => x.silu() },
        { "sum", x => x.sum(-1) },
        { "softmax", x => x.softmax(0) },
        { "argmax", x => x.argmax(-1) },
        { "max", x => x.max(1).values },
        { "+ itself", x => x + x },
        { "+ wide", x => x + Wide },
        { "wide * x", x => Wide * x },
        { "broadcast", x => x * x[2] },
        { "transpose", x => x.transpose(0, 1).contiguous() },
        { "reshape of a transpose", x => x.T.reshape(-1) },
        { "index", x => x[3] },
        { "narrow", x => x.narrow(1, 3, 5) },
        { "index_select", x => x.index_select(0, tensor([4L, 0, 4], [3])) },
        { "as_strided", x => x.as_strided([3, 2], [5, 1], 7) },
        { "cat with itself", x => torch.cat([x, x], 0) },
        { "cat with a wide one", x => torch.cat([x, Wide], 1) },
        { "stack", x => torch.stack([Wide, x]) },
        { "view_as_complex", x => x.view(-1, 2).view_as_complex() },
        { "to bfloat16", x => x.to_type(ScalarType.BFloat16) },
        { "to whole numbers", x => x.to_type(ScalarType.Int64) },
        { "to complex", x => x.to_type(ScalarType.ComplexFloat32) },
        { "x · wideᵀ", x => x.matmul(Wide.T) },
        { "wide · xᵀ", x => Wide.matmul(x.T) },
        { "x · xᵀ", x => x.matmul(x.T) },
        { "xᵀ · x", x => x.T.matmul(x) },
        { "x · a column", x => x.matmul(x[1]) },
        { "x · bfloat16ᵀ", x => x.matmul(Narrow.T) },
        { "bfloat16 · xᵀ", x => Narrow.matmul(x.T) },
        { "some rows · some rows", x => x[2..4].matmul(x[1..6].T) },
        { "heads of one x", x => x[2].view(1, 1, 34).expand(2, 1, 34).matmul(x.view(2, 3, 34).transpose(1, 2)) },
        { "heads of columns", x => Wide[0..5, 4..20].matmul(x[0..3, 4..20].T) },
        { "pairs of heads", x => x.view(2, 3, 34).matmul(Wide.view(2, 3, 34).transpose(1, 2)) },
    };

    [Theory(DisplayName = "a float32 tensor over bfloat16 memory:"), MemberData(nameof(Operations))]
    public void Behaves_like_any_other(string name, Func<Tensor, Tensor> operation)
    {
        Compare(name, operation(Narrow), operation(Wide));
        Compare(name, operation(Packed), operation(Wide));
    }

    private static void Compare(string name, Tensor actual, Tensor expected)
    {
        actual.dtype.Should().Be(expected.dtype, name);
        actual.shape.Should().Equal(expected.shape);
        actual.ToSingles().Should().Equal(expected.ToSingles());
    }

    [Fact(DisplayName = "bfloat16 becomes float32, and bfloat16 again, without a copy")]
    public void Nothing_is_copied()
    {
        var rounded = Wide.to_type(ScalarType.BFloat16);
        rounded.to_type(ScalarType.Float32).SharesStorageWith(rounded).Should().BeTrue();
        rounded.to_type(ScalarType.Float32).to_type(ScalarType.BFloat16).SharesStorageWith(rounded).Should().BeTrue();
    }

    [Fact(DisplayName = "an element of a float32 tensor over bfloat16 memory is a float")]
    public void Item()
    {
        Narrow[1, 2].item<float>().Should().Be(Numbers[36]);
        FluentActions.Invoking(() => Narrow[1, 2].item<long>()).Should().Throw<ArgumentException>();
    }
}
