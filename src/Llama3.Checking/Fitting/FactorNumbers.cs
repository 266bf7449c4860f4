using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Fitting;

/// <summary>Factors that Llama 3 does not have: on embeddings, in the residuals and on the logits.</summary>
internal static class FactorNumbers
{
    public static IReadOnlyList<Number> All { get; } =
    [
        Factor("embeddings_scaled", "the embeddings are multiplied", "use the rows of tok_embeddings as they are",
            token_embeddings_unnormalized, (v, factor) => v.right(token_embeddings_unnormalized) * factor),
        Factor("attn_result_scaled", "attention's result is multiplied", "add attention's result to the layer's input as it is",
            embedding_after_edit, (v, factor) => v.layer_input + v[embedding_delta] * factor),
        Factor("attn_residual_scaled", "the layer's input is multiplied, before attention's result is added,",
            "add attention's result to the layer's input as it is",
            embedding_after_edit, (v, factor) => v.layer_input * factor + v[embedding_delta]),
        Factor("attn_sum_scaled", "the sum of the layer's input and attention's result is multiplied", "use the sum as it is",
            embedding_after_edit, (v, factor) => (v.layer_input + v[embedding_delta]) * factor),
        Factor("ffn_result_scaled", "the feed-forward's result is multiplied", "add the feed-forward's result to its input as it is",
            layer_0_embedding, (v, factor) => v[embedding_after_edit] + v[output_after_feedforward] * factor),
        Factor("ffn_residual_scaled", "the feed-forward's input is multiplied, before its result is added,",
            "add the feed-forward's result to its input as it is",
            layer_0_embedding, (v, factor) => v[embedding_after_edit] * factor + v[output_after_feedforward]),
        Factor("ffn_sum_scaled", "the sum of the feed-forward's input and result is multiplied", "use the sum as it is",
            layer_0_embedding, (v, factor) => (v[embedding_after_edit] + v[output_after_feedforward]) * factor),
        Factor("logits_scaled_other", "the logits are multiplied", "use the product with the output matrix as it is",
            logits, (v, factor) => v.right(logits) * factor),
        // p · tanh(logits / p)
        new("logits_softcap")
        {
            IsRound = true,
            Mistake = (_, number, _) => $"the logits are capped at {number}: cap · tanh(logits / cap)",
            Fix = _ => "use the product with the output matrix as it is; Llama 3 has no cap",
            Starts = _ => [5, 15, 30, 50, 100],
            Wrong = (_, cap) => [(logits, v => ScoreNumbers.Capped(v.right(logits), cap))],
        },
    ];

    /// <summary>A factor where there should be none.</summary>
    private static Number Factor(string name, string what, string fix, ArticleStep step, Func<Values, double, StepResult> run) => new(name)
    {
        Mistake = (_, number, _) => $"{what} by {number}",
        Fix = _ => fix,
        Right = _ => 1,
        Starts = _ => [1.5],
        Meanings = Sizes.AndInverses,
        Wrong = (_, factor) => [(step, v => run(v, factor))],
    };
}
