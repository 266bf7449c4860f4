using System.Buffers;

namespace Llama3.Tensors.Tests;

public sealed class ViewTests
{
    private static readonly Tensor Grid = arange(24.0).view(2, 3, 4);

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Views = new()
    {
        ["view"] = x => x.view(6, -1),
        ["reshape"] = x => x.reshape(4, 6),
        ["transpose"] = x => x.transpose(0, 2),
        ["T"] = x => x.T,
        ["permute"] = x => x.permute(1, 2, 0),
        ["integer"] = x => x[1],
        ["range"] = x => x[.., 1..],
        ["step"] = x => x[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2)],
        ["new dimension"] = x => x[TensorIndex.None],
        ["split"] = x => x.split(2, 1)[0],
        ["unsqueeze"] = x => x.unsqueeze(0),
        ["squeeze"] = x => x.unsqueeze(0).squeeze(),
        ["expand"] = x => x[0, 0].expand(5, 4),
        ["as_strided"] = x => x.as_strided([2, 2], [1, 1]),
        ["view_as_complex"] = x => x.view(-1, 2).view_as_complex(),
        ["view_as_real"] = x => x.view(-1, 2).view_as_complex().view_as_real(),
        ["same dtype"] = x => x.to_type(ScalarType.Float32),
        ["contiguous already"] = x => x.view(24).contiguous(),
        ["of a view"] = x => x.transpose(0, 1)[1..].permute(2, 0, 1)[0],
    };

    public static TheoryData<string> Names => [.. Views.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Shares_storage(string name) => Views[name](Grid).SharesStorageWith(Grid).Should().BeTrue();

    [Fact]
    public void Begins_somewhere_in_the_memory() => Grid[1].transpose(0, 1)[1..].storage_offset().Should().Be(12 + 1);

    [Fact]
    public void Copies_where_strides_cannot_show_the_shape()
    {
        Grid.T.reshape(-1).SharesStorageWith(Grid).Should().BeFalse();
        Grid.T.contiguous().SharesStorageWith(Grid).Should().BeFalse();
        Grid.T.contiguous().is_contiguous().Should().BeTrue();
        Grid.T.is_contiguous().Should().BeFalse();
    }

    [Fact]
    public void Rows_of_an_embedding_table_are_all_that_is_copied()
    {
        var table = zeros(1).expand(1L << 33, 4);
        table.index_select(0, tensor([1L << 32, 0])).shape.Should().Equal(2, 4);
        table[(1L << 33) - 1, 3].item<float>().Should().Be(0);
    }

    [Fact]
    public void Bfloat16_memory_stays_in_place()
    {
        using var memory = MemoryPool<ushort>.Shared.Rent(16);
        var bits = memory.Memory[2..8];
        var weight = Tensor.FromBFloat16(bits, [2, 3]);

        // Nobody should write to it afterwards; here it shows that nothing was copied.
        bits.Span.Fill(0x4000);

        matmul(ones(3).to_type(bfloat16), weight.T).ToSingles().Should().Equal(6, 6);
    }

    [Fact]
    public void Strides_are_those_of_torch()
    {
        Grid.stride().Should().Equal(12, 4, 1);
        Grid.permute(2, 0, 1).stride().Should().Equal(1, 12, 4);
        Grid[.., TensorIndex.Slice(step: 2)].stride().Should().Equal(12, 8, 1);
        Grid.stride(-1).Should().Be(1);
        Grid.size(-1).Should().Be(4);
    }

    [Fact]
    public void Empty_views_may_begin_anywhere()
    {
        Grid[2.., 3..].ToSingles().Should().BeEmpty();
        zeros(3, 0)[2].ToSingles().Should().BeEmpty();
        zeros(3, 0)[2].shape.Should().Equal(0);
        zeros(0).split(2)[0].shape.Should().Equal(0);
    }

    public static IEnumerable<object[]> Written =>
        from view in new[] { "whole", "narrow", "transposed" }
        from dtype in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Int64, ScalarType.ComplexFloat32 }
        select new object[] { view, dtype };

    [Theory(DisplayName = "copy_ writes into the memory that a view shows, and nowhere else:"), MemberData(nameof(Written))]
    public void Copy(string view, ScalarType dtype)
    {
        var room = zeros(2, 5, 3, dtype);
        var part = view switch { "whole" => room, "narrow" => room.narrow(1, 1, 2), _ => room.transpose(0, 2)[1..] };
        var numbers = arange((double)part.numel()).reshape(part.shape);
        part.copy_(dtype == ScalarType.ComplexFloat32 ? numbers.to_type(dtype) : numbers).Should().BeSameAs(part);
        part.to_type(dtype).ToSingles().Should().Equal(numbers.to_type(dtype).ToSingles());
        room.ToSingles().Sum().Should().Be(numbers.ToSingles().Sum(), "the rest is still zero");
    }

    [Fact(DisplayName = "copy_ refuses another shape, and memory that is not an array")]
    public void Copy_refuses()
    {
        zeros(2, 3).Invoking(room => room.copy_(zeros(3, 2))).Should().Throw<ArgumentException>().WithMessage("copy_: the shape of the source is [3, 2], expected [2, 3]");
        using var file = new NotAnArray();
        Tensor.FromSingles(file.Memory, [2, 3]).Invoking(mapped => mapped.copy_(zeros(2, 3)))
            .Should().Throw<InvalidOperationException>().WithMessage("copy_: the memory of this tensor cannot be written as Float32; *");
    }

    private sealed class NotAnArray : MemoryManager<float>
    {
        private readonly float[] _elements = new float[6];

        public override Span<float> GetSpan() => _elements;

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
