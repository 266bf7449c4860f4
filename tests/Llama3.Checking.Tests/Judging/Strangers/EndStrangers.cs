using Llama3.Reference.Walking;
using static Llama3.Checking.Tests.Judging.Strangers.Stranger;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>Before the layers and after them: tokens, embeddings, the last norm's input, logits, the next token.</summary>
internal static class EndStrangers
{
    private const int Vocabulary = 128_256;

    public static IReadOnlyList<Stranger> All { get; } =
    [
        Tokens("token_wrong", "one token is another", ids => [.. ids.Select((id, t) => t == 6 ? 17139 : id)]),
        Tokens("tokens_swapped", "two tokens are swapped", ids => [.. ids.Select((_, t) => ids[t == 3 ? 4 : t == 4 ? 3 : t])]),
        Tokens("last_token_wrong", "the last token is the one before it", ids => [.. ids[..^1], ids[^2]]),
        Tokens("bos_is_0", "the first token is 0", ids => [0, .. ids[1..]]),
        Tokens("bos_is_header", "<|start_header_id|> (128006) is in front of the prompt", ids => [128_006, .. ids[1..]]),
        Tokens("tokens_shifted", "the tokens are one place further, and the first comes twice", ids => [ids[0], .. ids[..^1]]),
        Tokens("tokens_reversed", "the tokens are in reverse order", ids => [.. Enumerable.Reverse(ids)]),
        Tokens("tokens_plus_1", "all ids are one too high", ids => [.. ids.Select(id => id + 1)]),
        Embedding("embedding_0.9", "the embeddings are multiplied by 0.9", x => x * 0.9),
        Embedding("embedding_1.01", "the embeddings are multiplied by 1.01", x => x * 1.01),
        Embedding("embedding_root_of_head_dim", "the embeddings are multiplied by √head_dim", x => x * Math.Sqrt(10)),
        Embedding("embedding_first_zero", "the first token's embedding is 0", x => x.Scaled(0, 0, 0)),
        Embedding("embedding_positions_added", "0.01 times the position is added", x => x.EachPart(0, (t, row) => row + (0.01 * (t + 1)))),
        Embedding("embedding_of_token_before", "each token has twice the embedding of the token before", x => x.Ordered(0, t => Math.Max(t - 1, 0)) * 2),
        Embedding("embedding_reversed", "each embedding is read from its last number", x => x.Reversed(1)),
        Embedding("embedding_one_column", "one number of every embedding is 0", x => x.Scaled(1, 0, 40)),
        Embedding("embedding_one_element", "one number is wrong", x => x.With(20, number => number + 0.3f)),
        Embedding("embedding_8_bits", "the embeddings are rounded to 8 bits", x => x.Quantised(8)),
        Embedding("embedding_unit", "the embeddings have length 1", x => x * torch.rsqrt(x.pow(2).sum(-1, keepdim: true))),
        Of("embedding_row_plus_2", "each token gets the embedding of the id two further", (token_embeddings_unnormalized, v => Rows(v, "tok_embeddings", 2))),
        Of("embedding_row_minus_1", "each token gets the embedding of the id before", (token_embeddings_unnormalized, v => Rows(v, "tok_embeddings", -1))),
        Of("embedding_of_output", "the output matrix serves as embedding table", (token_embeddings_unnormalized, v => Rows(v, "output", 0))),
        Final("final_of_layer_0", "the result of layer 0 is taken", v => v.in_layer(0)[layer_0_embedding]),
        Final("final_plus_embeddings", "the embeddings are added once more", v => v.right(final_embedding) + v[token_embeddings_unnormalized]),
        Final("final_mean_of_layers", "the results of all layers are averaged",
            v => (v.in_layer(0)[layer_0_embedding] + v.in_layer(1)[layer_0_embedding] + v.in_layer(2)[layer_0_embedding]) / 3),
        Final("final_before_ffn", "the last layer ends before its feed-forward", v => v.in_layer(2)[embedding_after_edit]),
        Final("final_0.9", "the last result is multiplied by 0.9", v => v.right(final_embedding) * 0.9),
        Final("final_tokens_rolled", "the tokens are rolled by one", v => v.right(final_embedding).Rolled(0)),
        Logits("logits_0.9", "the logits are multiplied by 0.9", x => x * 0.9),
        Logits("logits_1.01", "the logits are multiplied by 1.01", x => x * 1.01),
        Logits("logits_shifted_ids", "each id has the logit of the id before", x => x.Rolled(0)),
        Logits("logits_halves_swapped", "the halves of the vocabulary are swapped", x => torch.cat([x[(Vocabulary / 2)..], x[..(Vocabulary / 2)]], 0)),
        Logits("logits_one_element", "the best logit is lost", x => x.With(2983, _ => -3)),
        Logits("logits_last_half_zero", "the logits of the second half are 0", x => torch.cat([x[..(Vocabulary / 2)], x[(Vocabulary / 2)..] * 0], 0)),
        Logits("logits_8_bits", "the logits are rounded to 8 bits", x => x.Quantised(8)),
        Logits("logits_softmax", "the logits are probabilities", x => x.softmax(-1)),
        Logits("logits_clipped", "the logits are clipped to ±2", x => x.Clamped(2)),
        Logits("logits_negated", "the logits are negated", x => x * -1),
        Of("logits_third_last", "the third last token is used", (logits, v => Output(v, v[final_embedding_normalized][Math.Max(v[final_embedding_normalized].shape[0] - 3, 0)]))),
        Of("logits_of_two", "the last two tokens are averaged", (logits, v => Output(v, v[final_embedding_normalized][Math.Max(0, (int)v[final_embedding_normalized].shape[0] - 2)..].mean([0]))))
            .May("of two tokens it is the mean", "mean_of_tokens"),
        Of("logits_unnormalized", "the output matrix meets the embeddings before the norm", (logits, v => Output(v, v[final_embedding][v[final_embedding].shape[0] - 1]))),
        Of("logits_max_of_tokens", "the largest number over all tokens is used", (logits, v => Output(v, v[final_embedding_normalized].max(0).values))),
        Of("logits_4_bits", "the output matrix is rounded to 4 bits",
            (logits, v => Safe.matmul(v[final_embedding_normalized][v[final_embedding_normalized].shape[0] - 1], v.weight("output").Quantised(4).T))),
        Next("next_of_128000", "the argmax runs over the first 128000 ids", x => x[..128_000].argmax()).MayBeUnseen(),
        Next("next_of_first_half", "the argmax runs over the first half of the ids", x => x[..(Vocabulary / 2)].argmax()).MayBeUnseen(),
        Next("next_of_last_half", "the argmax runs over the second half of the ids, counted from there", x => x[(Vocabulary / 2)..].argmax()),
        Next("next_third_best", "the third best token is taken", x => x.topk(3).indexes[2]),
        Next("next_lowest", "the lowest logit is taken", x => (x * -1).argmax()),
        Next("next_plus_2", "ids are counted from 2", x => x.argmax() + 2),
        Next("next_minus_1", "ids are counted from -1", x => x.argmax() - 1),
        Next("next_is_eos", "128001 is taken whatever the logits are", _ => torch.tensor(128_001L)).MayBeUnseen(),
        Of("next_is_last_token", "the last token is taken again", (next_token, v => v[tokens][v[tokens].shape[0] - 1])),
    ];

    private static Stranger Tokens(string name, string what, Func<long[], long[]> change) =>
        Of(name, what, (tokens, v => torch.tensor(change(v.right(tokens).ToInt64s())))).In(new() { InPasses = false });

    private static Stranger Embedding(string name, string what, Func<Tensor, Tensor> change) =>
        Of(name, what, (token_embeddings_unnormalized, v => change(v.right(token_embeddings_unnormalized))));

    private static Stranger Final(string name, string what, Func<Values, Tensor> final) => Of(name, what, (final_embedding, v => final(v)));

    private static Stranger Logits(string name, string what, Func<Tensor, Tensor> change) => Of(name, what, (logits, v => change(v.right(logits))));

    private static Stranger Next(string name, string what, Func<Tensor, Tensor> pick) => Of(name, what, (next_token, v => pick(v[logits])));

    private static Tensor Rows(Values v, string table, int further) => v.weight(table).index_select(0, v[tokens] + further);

    private static Tensor Output(Values v, Tensor row) => Safe.matmul(row, v.weight("output").T);
}
