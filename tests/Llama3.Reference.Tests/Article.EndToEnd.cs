using Llama3.Checking.AllAtOnce;
using Llama3.Checking.Goldens;
using Llama3.Reference.Walking;

namespace Llama3.Reference.Tests;

public sealed partial class Article
{
    [Theory(DisplayName = "end to end: the chain, each step on the results of those before it, ends in 2983, \"42\"")]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void The_chain_ends_in_42(ScalarType dtype)
    {
        var walk = Micro.Walk(dtype);
        foreach (var step in ArticleSteps.all) { _ = walk.Take(step, Scope.Article); }
        var next = walk[ArticleSteps.next_token, Scope.Article].tensor.item<long>();
        next.Should().Be(2983);
        walk.tokenizer.decode([(int)next]).Should().Be("42");
    }

    [Fact(DisplayName = "end to end: the chain in float32 stays with the goldens in all layers and heads")]
    public void The_chain_in_fp32_stays_with_the_goldens() => Chain.LeavesGoldens(Micro.Walk(ScalarType.Float32)).Should().BeEmpty();

    [Fact(DisplayName = "end to end: the chain in bfloat16 is no further from float32 than the notebook's own bfloat16, times 3")]
    public void The_chain_in_bf16_is_as_good_as_the_notebook() => Chain.LeavesGoldens(Micro.Walk(ScalarType.BFloat16)).Should().BeEmpty();

    [Theory(DisplayName = "end to end: everything at once equals the steps one by one, bit for bit")]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void Forward_equals_the_steps(ScalarType dtype)
    {
        var report = AllAtOnceReport.Of(MicroModel.Micro, dtype);
        Assert.True(report.Passed, $"\n{report}\n");
    }

    [Theory(DisplayName = "end to end: one thread and two give the same bits in every step")]
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

    [Fact(DisplayName = "end to end: every step reads what its cell in the notebook reads")]
    public void Steps_read_what_the_notebook_reads()
    {
        var faults =
            from step in ArticleSteps.all.Concat(CacheSteps.all)
            let golden = step.chapter == Chapter.Cache ? MicroModel.Micro.Passes[0] : MicroModel.Micro.Article
            from scope in golden.ScopesOf(step)
            let fault = WiringFault.Of(step, scope, ReadBy(step, scope, golden.Walk(ScalarType.BFloat16)), Micro.Checkpoint.Params.n_layers)
            where fault is not null
            select $"{step.number:00} {step.id} in {scope} reads {fault}";
        Assert.True(!faults.Any(), $"\n{string.Join('\n', faults)}\n");
    }

    private static List<Input> ReadBy(ArticleStep step, Scope scope, Walk walk)
    {
        var reads = new List<Input>();
        try
        {
            walk.Run(step, scope, reads);
        }
        catch (Exception)
        {
            // Its own test says that it does not run; what it read before is known.
        }
        return reads;
    }

    private static int[] Bits(Walk walk) =>
    [
        .. from step in ArticleSteps.all
           where step.dtype is not null
           from value in walk[step, Scope.Article].tensor.ToSingles()
           select BitConverter.SingleToInt32Bits(value),
    ];
}
