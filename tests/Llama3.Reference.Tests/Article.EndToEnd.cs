using Llama3.Checking.AllAtOnce;
using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Reference.Tests.Course;
using Llama3.Reference.Walking;

namespace Llama3.Reference.Tests;

public sealed partial class Article
{
    [CourseFact("end to end: the chain, each step on the results of those before it, ends in 2983, \"42\"")]
    public void The_chain_ends_in_42()
    {
        foreach (var (dtype, answer) in Precision.All.Select(dtype => (dtype, AnswerOf(Micro.Walk(dtype)))))
        {
            Assert.True(answer == "2983, \"42\"", $"in {dtype} the chain ends in {answer}");
        }
    }

    [Fact(DisplayName = "end to end: the chain in float32 stays with the goldens in all layers and heads")]
    public void The_chain_in_fp32_stays_with_the_goldens() => Chain.LeavesGoldens(Micro.Walk(ScalarType.Float32)).Should().BeEmpty();

    [Fact(DisplayName = "end to end: the chain in bfloat16 is no further from float32 than the notebook's own bfloat16, times 3")]
    public void The_chain_in_bf16_is_as_good_as_the_notebook() => Chain.LeavesGoldens(Micro.Walk(ScalarType.BFloat16)).Should().BeEmpty();

    [AllAtOnceFact("end to end: everything at once equals the steps one by one, bit for bit")]
    public void Everything_at_once_equals_the_steps()
    {
        foreach (var report in Precision.All.Select(dtype => AllAtOnceReport.Of(MicroModel.Micro, dtype)))
        {
            Assert.True(report.Passed, $"\n{report}\n");
        }
    }

    [Fact(DisplayName = "end to end: every step reads what its cell in the notebook reads")]
    public void Steps_read_what_the_notebook_reads()
    {
        var faults =
            from step in Broken.All
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

    /// <summary>A broken step may leave something that a later one cannot compute with: that is an answer too.</summary>
    private static string AnswerOf(Walk walk)
    {
        foreach (var step in ArticleSteps.all)
        {
            try
            {
                walk.Take(step, Scope.Article);
            }
            catch (Exception error)
            {
                return $"an error at {step.number} {step.id}: {error.Message}";
            }
        }
        var next = walk[ArticleSteps.next_token, Scope.Article].tensor.item<long>();
        return $"{next}, \"{walk.tokenizer.decode([(int)next])}\"";
    }
}
