using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Walking;

/// <summary>A walk is the same on any number of processors.</summary>
[Collection(nameof(Alone))]
public sealed class ThreadTests
{
    [Theory(DisplayName = "threads: one thread and two give the same bits in every step")]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void Threads_do_not_change_a_bit(ScalarType dtype)
    {
        var before = torch.get_num_threads();
        try
        {
            torch.set_num_threads(1);
            var alone = Bits(Micro.Walk(dtype));
            torch.set_num_threads(2);
            Bits(Micro.Walk(dtype)).Should().Equal(alone);
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }

    private static int[] Bits(Walk walk) =>
    [
        .. from step in ArticleSteps.all
           where step.dtype is not null
           from value in walk[step, Scope.Article].tensor.ToSingles()
           select BitConverter.SingleToInt32Bits(value),
    ];
}
