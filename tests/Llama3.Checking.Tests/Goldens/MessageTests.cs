using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Tests.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Goldens;

/// <summary>What a failing golden says.</summary>
public sealed class MessageTests
{
    [SkippableTheory(DisplayName = "messages: what a failing golden says:")]
    [InlineData("no_scale", "qk_per_token")]
    [InlineData("rope_half_split", "q_per_token_split_into_pairs")]
    [InlineData("mask_diag0", "mask")]
    [InlineData("eps_0", "token_embeddings")]
    [InlineData("no_bos", "tokens")]
    [InlineData("pieces_trimmed", "prompt_split_as_tokens")]
    public Task What_a_failing_golden_says(string name, string id)
    {
        MistakeTests.SkipIfAnyStepIsBroken();
        var mistake = KnownMistakes.All.Single(mistake => mistake.Name == name);
        return Snapshot.Verify(FirstFailure(id, mistake.Wrong), name);
    }

    [Fact(DisplayName = "messages: what a failing golden says when the step does not run at all")]
    public Task What_is_said_of_a_step_that_does_not_run() => Snapshot.Verify(FirstFailure("embedding_delta", Replaced(
        ArticleSteps.embedding_delta, v => v.in_layer(7)[ArticleSteps.embedding_delta])));

    [Fact(DisplayName = "messages: what a failing golden says of a result of the wrong shape and dtype")]
    public Task What_is_said_of_a_wrong_shape() => Snapshot.Verify(FirstFailure("logits", Replaced(
        ArticleSteps.logits, v => v[ArticleSteps.final_embedding_normalized].to_type(bfloat16))));

    private static Dictionary<ArticleStep, Func<Values, StepResult>> Replaced(ArticleStep step, Func<Values, StepResult> run) =>
        new() { [step] = run };

    private static string FirstFailure(string id, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong)
    {
        var report = new GoldenCheck(MicroModel.Micro, wrong).Check(ArticleSteps.all[id]);
        return (report with { Failures = [.. report.Failures.Where(failure => failure.Walk.dtype == float32)] }).ToString();
    }
}
