using System.Buffers;

namespace Llama3.Tensors.Tests;

public sealed class ThreadTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Results_do_not_depend_on_threads_or_on_other_rows(ScalarType dtype)
    {
        var x = Random(17, 300, dtype);
        var weight = Random(333, 300, dtype);
        (17 * 300 * 333).Should().BeGreaterThan((int)WorthSharing);

        var shared = Threads.With(2, () => matmul(x, weight.T));
        var alone = Threads.With(1, () => matmul(x, weight.T));
        var oneRow = Threads.With(2, () => matmul(x[16], weight.T));

        shared.ToSingles().Should().Equal(alone.ToSingles());
        shared[16].ToSingles().Should().Equal(oneRow.ToSingles());
    }

    [Fact]
    public void A_stack_of_matrices_is_shared_as_well()
    {
        var (a, b) = (Random(34, 200, float32).view(2, 17, 200), Random(400, 100, float32).view(2, 200, 100));
        Threads.With(2, () => a.bmm(b)).ToSingles().Should().Equal(Threads.With(1, () => a.bmm(b)).ToSingles());
    }

    [Theory(DisplayName = "an error is the same on one thread and on several")]
    [InlineData(1)]
    [InlineData(2)]
    public void Errors(int threads)
    {
        const int Length = 1 << 18;
        using var closed = new Closed(Length);
        var numbers = Tensor.FromSingles(closed.Memory, [Length]);
        FluentActions.Invoking(() => Threads.With(threads, () => numbers.to_type(bfloat16)))
            .Should().ThrowExactly<ObjectDisposedException>();
    }

    private static Tensor Random(int rows, int columns, ScalarType dtype)
    {
        var random = new Random(rows);
        return tensor([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)], [rows, columns], dtype);
    }

    /// <summary>Memory that is gone: all threads that read it fail, each for itself.</summary>
    private sealed class Closed(int length) : MemoryManager<float>
    {
        public override Memory<float> Memory => CreateMemory(length);

        public override Span<float> GetSpan() => throw new ObjectDisposedException(nameof(Closed));

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
