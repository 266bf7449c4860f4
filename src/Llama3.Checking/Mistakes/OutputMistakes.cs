using Llama3.Reference.Walking;
using static Llama3.Checking.Mistakes.KnownMistakes;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Mistakes;

/// <summary>Mistakes over the layers and after them.</summary>
internal static class OutputMistakes
{
    public static IReadOnlyList<KnownMistake> All { get; } =
    [
        Mistake("layer0_weights", "every layer uses the weights of layer 0",
            fix: "read layers.{n}.… for layer n",
            WeightsOf(_ => 0)),
        Mistake("layer_before_weights", "every layer uses the weights of the layer before it, and layer 0 its own",
            fix: "read layers.{n}.… for layer n; both are counted from 0",
            WeightsOf(v => Math.Max(v.layer - 1, 0))),
        Mistake("layer_after_weights", "every layer uses the weights of the layer after it, and the last one its own",
            fix: "read layers.{n}.… for layer n; both are counted from 0",
            WeightsOf(v => Math.Min(v.layer + 1, v.config.n_layers - 1))),
        Mistake("layers_not_chained", "every layer reads the embeddings instead of the result of the layer before",
            fix: "give each layer the result of the layer before",
            (attention_norm_before_weight, v => NormMistakes.normalized(v[token_embeddings_unnormalized], v.config.norm_eps)),
            (token_embeddings, v =>
                NormMistakes.normalized(v[token_embeddings_unnormalized], v.config.norm_eps) * v.layer_weight("attention_norm")),
            (embedding_after_edit, v => v[token_embeddings_unnormalized] + v[embedding_delta])),
        Mistake("one_layer_short", "the last layer is left out",
            fix: "run all n_layers layers, 0 to n_layers-1",
            (final_embedding, v => v.in_layer(v.config.n_layers - 2)[layer_0_embedding])),
        Mistake("tied_output", "the embedding table serves as output matrix, as if tie_word_embeddings were true, its default in PretrainedConfig",
            fix: "multiply by output.weight where tie_word_embeddings of config.json is false; Llama 3 8B does not share it with tok_embeddings",
            see: ["deepspeedai/DeepSpeed#4088", "Comfy-Org/ComfyUI#15048"],
            (logits, v => Safe.matmul(row(v, 1), v.weight("tok_embeddings").T))),
        Mistake("output_zero", "the output matrix is 0: it was never loaded, as lm_head of a file whose embeddings are tied",
            fix: "multiply by output.weight, or by tok_embeddings.weight where tie_word_embeddings of config.json is true",
            see: ["huggingface/transformers#43429", "meta-pytorch/torchtune#2331"],
            (logits, v => torch.zeros_like(v.right(logits)))),
        Mistake("output_transposed", "the output matrix is read as [in, out]: its rows are taken for columns",
            fix: "read output.weight as it is in the file, [vocab_size, dim]: rows are outputs",
            (logits, v => Safe.matmul(row(v, 1), v.weight("output").view(v.config.dim, -1)))),
        Mistake("first_token", "the first token's vector is used instead of the last one's",
            fix: "multiply the last token's row by the output matrix",
            (logits, v => Safe.matmul(row(v, v[final_embedding_normalized].shape[0]), v.weight("output").T))),
        Mistake("second_last", "the last token but one is used",
            fix: "take row T-1; the prompt's last token counts, even where it is a single space",
            (logits, v => Safe.matmul(row(v, 2), v.weight("output").T))),
        Mistake("mean_of_tokens", "the mean over all tokens is used instead of the last token's vector",
            fix: "multiply the last token's row by the output matrix",
            (logits, v => Safe.matmul(v[final_embedding_normalized].mean([0]), v.weight("output").T))),
        Mistake("logits_scaled", "the logits are divided by √dim, as T5 does",
            fix: "use the product with the output matrix as it is",
            (logits, v => v.right(logits) / Math.Sqrt(v.config.dim))),
        Mistake("logits_softcap", "the logits are capped at 30, as Gemma 2 does: 30 · tanh(logit / 30)",
            fix: "use the product with the output matrix as it is",
            (logits, v => ScoreMistakes.softcap(v.right(logits), 30))),
        Mistake("logits_over_06", "the logits are divided by a temperature of 0.6", fix: BeforeSampling, (logits, v => v.right(logits) / 0.6)),
        Mistake("logits_over_08", "the logits are divided by a temperature of 0.8", fix: BeforeSampling, (logits, v => v.right(logits) / 0.8)),
        Mistake("logits_softmax", "the logits are probabilities: a softmax has been taken", fix: BeforeSampling, (logits, v => v.right(logits).softmax(-1))),
        Mistake("one_based_index", "ids are counted from 1",
            fix: "count ids from 0: the index of the highest logit is the token",
            (next_token, v => v.right(next_token) + 1)),
        Mistake("second_best", "the second-best token is taken",
            fix: "take the argmax of the logits",
            (next_token, v => v[logits].topk(2).indexes[1])),
    ];

    private const string BeforeSampling = "take the logits as they leave the output matrix, before anything is done for sampling";

    internal static Tensor row(Values v, long from_the_end) =>
        v[final_embedding_normalized][v[final_embedding_normalized].shape[0] - from_the_end];

    /// <summary>Layers that use the weights of another layer.</summary>
    private static (ArticleStep, Func<Values, StepResult>)[] WeightsOf(Func<Values, int> layer)
    {
        return
        [
            .. NormMistakes.AttentionNorm(v => w(v, "attention_norm")),
            .. NormMistakes.FfnNorm(v => w(v, "ffn_norm")),
            .. WeightMistakes.Matrices(w),
        ];

        Tensor w(Values v, string name) => v.weight($"layers.{layer(v)}.{name}");
    }
}
