namespace Llama3.Tensors.Tests;

/// <summary>Each message says which operation, which shapes, and where possible what would fit.</summary>
public sealed class ErrorTests
{
    private static readonly Dictionary<string, (Func<object> Act, string Message)> Mistakes = new()
    {
        ["matmul, not transposed"] = (
            () => matmul(zeros(17, 80), zeros(20, 80)),
            "matmul: [17, 80] x [20, 80]: the last dimension of the first (80) must equal the second-to-last of the second (20); "
            + "did you mean .transpose(-2, -1)?"),
        ["matmul, not at all"] = (() => matmul(zeros(17, 80), zeros(20, 81)), "matmul: [17, 80] x [20, 81]: * (80) * (20)"),
        ["matmul, vector"] = (
            () => matmul(zeros(17, 80), zeros(17)),
            "matmul: [17, 80] x [17]: the last dimension of the first (80) must equal the size of the second (17)"),
        ["matmul, batch"] = (() => matmul(zeros(2, 3, 4), zeros(3, 4, 5)), "matmul: [2] and [3] do not broadcast*"),
        ["matmul, number"] = (() => matmul(zeros(3), tensor(1f)), "matmul: both need at least one dimension*"),
        ["matmul, dtypes"] = (
            () => matmul(zeros(3, 3), zeros(3, 3, bfloat16)),
            "matmul: expected both to have the same dtype, but got Float32 and BFloat16*"),
        ["matmul, integers"] = (() => matmul(arange(3), arange(3)), "matmul needs floating-point numbers, not Int64*"),
        ["mm"] = (() => zeros(3).mm(zeros(3, 3)), "mm: [3] x [3, 3]: both must be matrices"),
        ["bmm"] = (() => zeros(2, 3, 4).bmm(zeros(3, 4, 5)), "bmm: [2, 3, 4] x [3, 4, 5]: both must be stacks*"),
        ["outer"] = (() => outer(zeros(2, 2), zeros(2)), "outer: [2, 2] and [2]*"),
        ["add"] = (
            () => zeros(17, 80) + zeros(20),
            "add: [17, 80] and [20] do not broadcast: 80 and 20 at dimension -1 differ, neither is 1"),
        ["pow, integers"] = (() => arange(3).pow(3), "pow does not know Int64; convert it first"),
        ["div, complex"] = (() => Complex() / 2, "div does not know ComplexFloat32*"),
        ["exp, complex"] = (() => Complex().exp(), "exp does not know complex numbers*"),
        ["sum, complex"] = (() => Complex().sum(), "sum does not know complex numbers*"),
        ["mean, integers"] = (() => arange(3).mean(), "mean needs floating-point numbers, not Int64*"),
        ["softmax, integers"] = (() => arange(3).softmax(0), "softmax needs floating-point numbers, not Int64*"),
        ["softmax, dimension"] = (() => zeros(3, 4).softmax(2), "there is no dimension 2 in a tensor of 2 dimension(s)*"),
        ["argmax, empty"] = (() => zeros(0, 3).argmax(0), "argmax: dimension 0 of [0, 3] is empty"),
        ["max, empty"] = (() => zeros(0, 3).max(0), "max: dimension 0 of [0, 3] is empty"),
        ["topk"] = (() => zeros(3, 4).topk(5), "topk: dimension -1 of [3, 4] has 4 elements, not 5*"),
        ["view, elements"] = (() => zeros(3, 4).view(5, 2), "shape [5, 2] does not fit the 12 elements of [3, 4]"),
        ["view, -1"] = (() => zeros(3, 4).view(5, -1), "shape [5, -1] does not fit the 12 elements of [3, 4]"),
        ["view, two -1"] = (() => zeros(3, 4).view(-1, -1), "shape [1, -1]: a size cannot be negative (-1)"),
        ["view, strides"] = (
            () => zeros(3, 4).T.view(12),
            "view: [4, 3] with strides [1, 4] cannot be viewed as [12] without a copy; use .reshape(...)"),
        ["view_as_complex, bfloat16"] = (() => zeros(3, 2, bfloat16).view_as_complex(), "view_as_complex: a BFloat16 must be converted*"),
        ["view_as_complex, not pairs"] = (
            () => zeros(3, 4).view_as_complex(),
            "view_as_complex: [3, 4] with strides [4, 1]: the last dimension must be 2*"),
        ["view_as_complex, apart"] = (() => zeros(2, 3).T.view_as_complex(), "view_as_complex: [3, 2] with strides [1, 3]*"),
        ["view_as_real"] = (() => zeros(3).view_as_real(), "view_as_real: the tensor is Float32, not complex"),
        ["polar"] = (
            () => polar(zeros(3), zeros(3, bfloat16)),
            "polar: lengths and angles must be Float32, these are Float32 and BFloat16"),
        ["to_type"] = (() => Complex().to_type(float32), "to_type: ComplexFloat32 to Float32 would lose the imaginary parts*"),
        ["permute"] = (() => zeros(3, 4).permute(0, 0), "permute: [0, 0] does not name each dimension of [3, 4] once"),
        ["transpose"] = (() => zeros(3).transpose(0, 1), "there is no dimension 1*"),
        ["expand"] = (() => zeros(3, 4).expand(3, 5), "expand: [3, 4] cannot become [3, 5]: only dimensions of size 1 repeat"),
        ["expand, fewer"] = (() => zeros(3, 4).expand(4), "expand: [3, 4] cannot become [4]*"),
        ["narrow"] = (() => zeros(3, 4).narrow(1, 2, 3), "narrow: 3 from 2 leaves dimension 1 of [3, 4]*"),
        ["split"] = (() => zeros(3).split(0), "*must be a non-negative and non-zero value*"),
        ["as_strided"] = (
            () => zeros(3, 4).as_strided([3, 4], [4, 1], 1),
            "as_strided: [3, 4] with strides [4, 1] from 1 leaves the 12 elements"),
        ["as_strided, huge"] = (() => zeros(3).as_strided([3, 3], [long.MaxValue, long.MaxValue]), "as_strided: *"),
        ["index, range"] = (() => zeros(17, 80)[17], "index 17 is out of range for dimension 0 of [17, 80]*"),
        ["index, negative"] = (() => zeros(17, 80)[0, -81], "index -81 is out of range for dimension 0 of [80]*"),
        ["index, too many"] = (() => zeros(3)[0, 0], "index: 2 indices are too many for [3]"),
        ["index, backwards"] = (() => zeros(3)[TensorIndex.Slice(step: -1)], "index: the step of a slice must be positive, not -1"),
        ["index_select, range"] = (
            () => zeros(128, 4).index_select(0, tensor([5L, 128])),
            "index_select: index[1] = 128 is not in dimension 0 of [128, 4]: valid are 0 to 127*"),
        ["index_select, negative"] = (() => zeros(128, 4).index_select(0, tensor([-1L])), "index_select: index[0] = -1 is not in*"),
        ["index_select, dtype"] = (
            () => zeros(3).index_select(0, zeros(2)),
            "index_select: Float32 [2] is not an index; it must be Int64 with one dimension"),
        ["cat"] = (() => cat([zeros(3, 4), zeros(3, 5)], 0), "cat: [3, 4] and [3, 5] differ outside dimension 0*"),
        ["cat, nothing"] = (() => cat([]), "cat: there are no tensors"),
        ["stack"] = (() => stack([zeros(3), zeros(4)]), "cat: [1, 3] and [1, 4] differ*"),
        ["triu"] = (() => zeros(3).triu(), "triu: [3] is not a matrix"),
        ["arange, endless"] = (() => arange(0, 5, 0), "arange: from 0 to 5 by 0 does not give numbers*"),
        ["arange, wrong way"] = (() => arange(5, 0), "arange: from 5 to 0 by 1 does not give numbers*"),
        ["to_type, unknown"] = (() => zeros(3).to_type((ScalarType)7), "to_type: there is no dtype 7"),
        ["zeros, negative"] = (() => zeros(3, -4), "shape [3, -4]: a size cannot be negative (-4)"),
        ["zeros, absurd"] = (
            () => zeros(1L << 20, 1L << 20),
            "shape [1048576, 1048576] has 1099511627776 elements: more than an array can hold"),
        ["zeros, overflow"] = (
            () => zeros(1L << 40, 1L << 40),
            "shape [1099511627776, 1099511627776] has more elements than 64 bits can count"),
        ["tensor"] = (() => tensor([1f, 2], [3]), "shape [3] needs 3 values, but there are 2"),
        ["FromSingles"] = (() => Tensor.FromSingles(new float[5], [2, 3]), "shape [2, 3] needs 6 values, but there are 5"),
        ["FromBFloat16"] = (() => Tensor.FromBFloat16(new ushort[5], [2, 3]), "shape [2, 3] needs 6 values, but there are 5"),
        ["ToInt64s"] = (() => zeros(3).ToInt64s(), "ToInt64s: the tensor is Float32*"),
        ["item, several"] = (() => zeros(3).item<float>(), "item: [3] has 3 elements, not one"),
        ["item, type"] = (() => tensor(1f).item<long>(), "item: Float32 is not Int64; convert it*"),
        ["item, bfloat16"] = (() => zeros(1, bfloat16).item<ushort>(), "item: BFloat16 is not UInt16; convert it*"),
    };

    public static TheoryData<string> Names => [.. Mistakes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Says_what_is_wrong(string name)
    {
        var (act, message) = Mistakes[name];
        var thrown = act.Should().Throw<Exception>().WithMessage(message).Which;
        (thrown is ArgumentException or InvalidOperationException).Should().BeTrue("{0} is not for the caller", thrown.GetType());
    }

    [Fact]
    public void Threads_must_be_positive() =>
        FluentActions.Invoking(() => set_num_threads(0)).Should().Throw<ArgumentOutOfRangeException>();

    private static Tensor Complex() => zeros(3, 2).view_as_complex();
}
