using System.Runtime.CompilerServices;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Goldens;

/// <summary>What a failing golden says.</summary>
public sealed class MessageTests
{
    [Theory(DisplayName = "messages: what a failing golden says:")]
    [InlineData("no_scale", "qk_per_token")]
    [InlineData("rope_half_split", "q_per_token_split_into_pairs")]
    [InlineData("mask_diag0", "mask")]
    [InlineData("eps_0", "token_embeddings")]
    [InlineData("no_bos", "tokens")]
    [InlineData("pieces_trimmed", "prompt_split_as_tokens")]
    public Task What_a_failing_golden_says(string name, string id)
    {
        var mistake = KnownMistakes.All.Single(mistake => mistake.Name == name);
        return Snapshot.Verify(FirstFailure(id, mistake.Wrong), name);
    }

    [Fact(DisplayName = "messages: what a failing golden says when the step does not run at all")]
    public Task What_is_said_of_a_step_that_does_not_run() => Verify(
        ArticleSteps.embedding_delta, v => Safe.matmul(v[ArticleSteps.w_layer0], v[ArticleSteps.stacked_qkv_attention]));

    [Fact(DisplayName = "messages: what a failing golden says when the step reads what is not there")]
    public Task What_is_said_of_a_missing_input() => Verify(
        ArticleSteps.embedding_delta, v => Safe.matmul(v.in_layer(7)[ArticleSteps.stacked_qkv_attention], v[ArticleSteps.w_layer0]));

    [Fact(DisplayName = "messages: what a failing golden says when the step reads another result than the notebook")]
    public Task What_is_said_of_a_wrong_input() => Verify(
        ArticleSteps.k_per_token, v => Safe.matmul(v.layer_input, v[ArticleSteps.k_layer0_head0].transpose(-2, -1)) * 2);

    [Fact(DisplayName = "messages: what a failing golden says when a step reads another input, and the mistake is known")]
    public Task What_is_said_of_a_known_wrong_input() => Verify(
        ArticleSteps.v_layer0, v => v.layer_weight("attention.wk").view(v.config.n_kv_heads, -1, v.config.dim));

    [Fact(DisplayName = "messages: what a failing golden says of a result of the wrong shape and dtype")]
    public Task What_is_said_of_a_wrong_shape() => Verify(
        ArticleSteps.logits, v => Safe.matmul(v[ArticleSteps.final_embedding_normalized], v.weight("output").T).to_type(bfloat16));

    [Fact(DisplayName = "messages: what a failing golden says of a wrong dtype alone")]
    public Task What_is_said_of_a_wrong_dtype() => Verify(
        ArticleSteps.embedding_after_edit, v => v.right(ArticleSteps.embedding_after_edit).to_type(bfloat16));

    [Fact(DisplayName = "messages: what a failing golden says where no simple relation holds")]
    public Task What_is_said_of_anything_else() => Verify(
        ArticleSteps.embedding_after_edit, v => v.right(ArticleSteps.embedding_after_edit).pow(2) + v[ArticleSteps.embedding_delta] * 3);

    private static Task Verify(ArticleStep step, Func<Values, Tensor> wrong, [CallerMemberName] string test = "")
    {
        return Snapshot.Verify(FirstFailure(step.id, new Dictionary<ArticleStep, Func<Values, StepResult>> { [step] = v => wrong(v) }), test: test);
    }

    private static string FirstFailure(string id, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong)
    {
        var report = new GoldenCheck(MicroModel.Micro, wrong).Check(ArticleSteps.all[id]);
        return (report with { Failures = [.. report.Failures.Where(failure => failure.Walk.dtype == float32)] }).ToString().ShouldEndInAVerdict();
    }
}
