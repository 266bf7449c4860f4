using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Reference;

/// <summary>
/// The article, top to bottom: the only place where a step is defined. Each field has the article's own variable name and
/// shows layer 0, head 0, as the article does. The same definitions run for every layer and for all heads at once
/// (<see cref="Scope"/>): then <c>v.layer_input</c> is that layer's input, and heads come along on a leading axis.
/// </summary>
public static class ArticleSteps
{
    /// <summary>All steps in reading order. Stays first: the fields below add themselves to it.</summary>
    public static StepList all { get; } = new(Chapter.Article);

    public static readonly ArticleStep tokens = all.add(
        title: "turn the prompt into token ids",
        why: "The model reads numbers, not text. A tokenizer cuts the prompt into pieces it knows and looks up the id of each; " +
             "<|begin_of_text|> (128000) goes in front, because every text in training began with it.",
        formula: "tokens = [128000] + encode(prompt)",
        shape: "T", dtype: int64, cell: 9,
        run: v => Prompt.encode(v.tokenizer, v.prompt));

    public static readonly ArticleStep prompt_split_as_tokens = all.add(
        title: "look at the text of each token",
        why: "Decoding the ids one by one shows where the prompt was cut. Most words carry the space in front of them; " +
             "the last space of the prompt is a token of its own.",
        formula: "piece[t] = decode([tokens[t]])",
        shape: "T", dtype: null, cell: 9,
        run: v => Prompt.split_as_tokens(v.tokenizer, v[tokens]));

    public static readonly ArticleStep token_embeddings_unnormalized = all.add(
        title: "look up one embedding per token",
        why: "Each id stands for a learned vector. The same token always gets the same vector, wherever it stands.",
        formula: "x[t] = tok_embeddings[tokens[t]]",
        shape: "T dim", dtype: bfloat16, cell: 11,
        run: v => Embedding.look_up(v[tokens], v.weight("tok_embeddings"), v.dtype));

    public static readonly ArticleStep token_embeddings = all.add(
        title: "normalise each embedding before attention",
        why: "Brings every row to the same size, so that the layers to come need not care how large their input is. " +
             "eps stands inside the root and matters when a row is tiny; the learned weight scales each dimension afterwards.",
        formula: "x / √(mean(x²) + eps) · attention_norm",
        shape: "T dim", dtype: bfloat16, cell: 15, repeats: Repeats.PerLayer,
        run: v => RmsNorm.rms_norm(v.layer_input, v.layer_weight("attention_norm"), v.config.norm_eps));

    public static readonly ArticleStep q_layer0 = all.add(
        title: "cut the query weights into heads",
        why: "The file keeps the query matrices of all heads in one matrix, one below the other. A view takes them apart; no number moves.",
        formula: "wq [n_heads · head_dim, dim] → [n_heads, head_dim, dim]",
        shape: "n_heads head_dim dim", dtype: bfloat16, cell: 19, repeats: Repeats.PerLayer,
        run: v => Attention.split_into_heads(v.layer_weight("attention.wq"), v.config.n_heads));

    public static readonly ArticleStep q_layer0_head0 = all.add(
        title: "take the first head's query matrix",
        why: "The article follows one head from here to step 31; all others do the same with their own weights.",
        formula: "q_layer0[0]",
        shape: "head_dim dim", dtype: bfloat16, cell: 21, repeats: Repeats.PerQueryHead,
        run: v => Attention.select_head(v[q_layer0], v.head));

    public static readonly ArticleStep q_per_token = all.add(
        title: "ask a question for each token: the queries",
        why: "The query of a token says what it looks for in the tokens before it.",
        formula: "q = x · wqᵀ",
        shape: "T head_dim", dtype: bfloat16, cell: 23, repeats: Repeats.PerQueryHead,
        run: v => Attention.project(v[token_embeddings], v[q_layer0_head0], v.bias_of_heads("attention.wq")));

    public static readonly ArticleStep q_per_token_split_into_pairs = all.add(
        title: "split each query into pairs of neighbours",
        why: "A position is expressed by rotating pairs of numbers. Meta's weights pair neighbours, (0, 1), (2, 3), …; " +
             "Hugging Face pairs i with i + head_dim/2 and permutes wq and wk to match. From here to the scores everything is float32.",
        formula: "pairs[t, i] = (q[t, 2i], q[t, 2i+1])",
        shape: "T head_dim/2 2", dtype: float32, cell: 25, repeats: Repeats.PerQueryHead,
        run: v => Rope.split_into_pairs(v[q_per_token]));

    public static readonly ArticleStep zero_to_one_split_into_64_parts = all.add(
        title: "space the pairs evenly from 0 to 1",
        why: "Says how far along the head each pair stands; 64 parts in the 8B model, head_dim/2 in general.",
        formula: "part[i] = i / (head_dim/2)",
        shape: "head_dim/2", dtype: float32, cell: 28,
        run: v => Rope.zero_to_one(v.config.head_dim / 2));

    public static readonly ArticleStep freqs = all.add(
        title: "give every pair its own speed",
        why: "The first pair rotates by 1 radian per position, the last hardly at all: fast pairs tell near tokens apart, slow ones far tokens.",
        formula: "freq[i] = 1 / rope_theta ^ part[i]",
        shape: "head_dim/2", dtype: float32, cell: 29,
        run: v => Rope.freqs(v[zero_to_one_split_into_64_parts], v.config.rope_theta, v.config.rope_scaling));

    public static readonly ArticleStep freqs_for_each_token = all.add(
        title: "multiply speed by position to get the angles",
        why: "Token t rotates t times as far as token 1; the first token, at position 0, does not rotate.",
        formula: "angle[t, i] = t · freq[i]",
        shape: "T head_dim/2", dtype: float32, cell: 30,
        run: v => Rope.freqs_for_each_token(v.positions, v[freqs]));

    public static readonly ArticleStep freqs_cis = all.add(
        title: "write the angles as complex numbers of length 1",
        why: "Multiplying by such a number rotates without stretching.",
        formula: "cis[t, i] = cos(angle) + i·sin(angle)",
        shape: "T head_dim/2", dtype: complex64, cell: 30,
        run: v => Rope.freqs_cis(v[freqs_for_each_token]));

    public static readonly ArticleStep q_per_token_as_complex_numbers = all.add(
        title: "read each query pair as a complex number",
        why: "A view: the two neighbours become real and imaginary part.",
        formula: "(x, y) → x + iy",
        shape: "T head_dim/2", dtype: complex64, cell: 32, repeats: Repeats.PerQueryHead,
        run: v => Rope.as_complex_numbers(v[q_per_token_split_into_pairs]));

    public static readonly ArticleStep q_per_token_as_complex_numbers_rotated = all.add(
        title: "rotate every query pair by its token's angle",
        why: "After this the dot product of a query and a key depends on how far apart they stand, not on where.",
        formula: "(x + iy) · cis[t, i]",
        shape: "T head_dim/2", dtype: complex64, cell: 33, repeats: Repeats.PerQueryHead,
        run: v => Rope.rotate(v[q_per_token_as_complex_numbers], v[freqs_cis]));

    public static readonly ArticleStep q_per_token_split_into_pairs_rotated = all.add(
        title: "read the rotated complex numbers as pairs",
        why: "A view back: real and imaginary part become neighbours again.",
        formula: "x + iy → (x, y)",
        shape: "T head_dim/2 2", dtype: float32, cell: 35, repeats: Repeats.PerQueryHead,
        run: v => Rope.as_pairs(v[q_per_token_as_complex_numbers_rotated]));

    public static readonly ArticleStep q_per_token_rotated = all.add(
        title: "put the rotated query pairs back in line",
        why: "The query is a vector of head_dim numbers again, now one that knows its position.",
        formula: "q[t, 2i], q[t, 2i+1] = pairs[t, i]",
        shape: "T head_dim", dtype: float32, cell: 37, repeats: Repeats.PerQueryHead,
        run: v => Rope.join_pairs(v[q_per_token_split_into_pairs_rotated]));

    public static readonly ArticleStep k_layer0 = all.add(
        title: "cut the key weights into heads",
        why: "As for the queries, but there are fewer key heads: in the 8B model four query heads share one (grouped-query attention).",
        formula: "wk [n_kv_heads · head_dim, dim] → [n_kv_heads, head_dim, dim]",
        shape: "n_kv_heads head_dim dim", dtype: bfloat16, cell: 39, repeats: Repeats.PerLayer,
        run: v => Attention.split_into_heads(v.layer_weight("attention.wk"), v.config.n_kv_heads));

    public static readonly ArticleStep k_layer0_head0 = all.add(
        title: "take the first head's key matrix",
        why: "Key head 0 serves the first query heads, 0 among them.",
        formula: "k_layer0[0]",
        shape: "head_dim dim", dtype: bfloat16, cell: 40, repeats: Repeats.PerKeyValueHead,
        run: v => Attention.select_head(v[k_layer0], v.head));

    public static readonly ArticleStep k_per_token = all.add(
        title: "describe each token: the keys",
        why: "The key of a token says what it has to offer to the queries of later tokens.",
        formula: "k = x · wkᵀ",
        shape: "T head_dim", dtype: bfloat16, cell: 41, repeats: Repeats.PerKeyValueHead,
        run: v => Attention.project(v[token_embeddings], v[k_layer0_head0], v.bias_of_heads("attention.wk")));

    public static readonly ArticleStep k_per_token_split_into_pairs = all.add(
        title: "split each key into pairs of neighbours",
        why: "Keys are rotated exactly as queries are.",
        formula: "pairs[t, i] = (k[t, 2i], k[t, 2i+1])",
        shape: "T head_dim/2 2", dtype: float32, cell: 42, repeats: Repeats.PerKeyValueHead,
        run: v => Rope.split_into_pairs(v[k_per_token]));

    public static readonly ArticleStep k_per_token_as_complex_numbers = all.add(
        title: "read each key pair as a complex number",
        why: "A view, as for the queries.",
        formula: "(x, y) → x + iy",
        shape: "T head_dim/2", dtype: complex64, cell: 43, repeats: Repeats.PerKeyValueHead,
        run: v => Rope.as_complex_numbers(v[k_per_token_split_into_pairs]));

    public static readonly ArticleStep k_per_token_split_into_pairs_rotated = all.add(
        title: "rotate every key pair by its token's angle",
        why: "The article does for the keys in one go what took two steps for the queries.",
        formula: "(x + iy) · cis[t, i] → (x, y)",
        shape: "T head_dim/2 2", dtype: float32, cell: 44, repeats: Repeats.PerKeyValueHead,
        run: v => Rope.as_pairs(Rope.rotate(v[k_per_token_as_complex_numbers], v[freqs_cis])));

    public static readonly ArticleStep k_per_token_rotated = all.add(
        title: "put the rotated key pairs back in line",
        why: "The key is a vector of head_dim numbers again.",
        formula: "k[t, 2i], k[t, 2i+1] = pairs[t, i]",
        shape: "T head_dim", dtype: float32, cell: 45, repeats: Repeats.PerKeyValueHead,
        run: v => Rope.join_pairs(v[k_per_token_split_into_pairs_rotated]));

    public static readonly ArticleStep qk_per_token = all.add(
        title: "score every query against every key",
        why: "The dot product is large where a query finds what it looks for. Dividing by √head_dim keeps the scores from growing " +
             "with the size of the head, which would drive the softmax to 0 and 1.",
        formula: "scores = q · kᵀ / √head_dim",
        shape: "T T", dtype: float32, cell: 48, repeats: Repeats.PerQueryHead,
        run: v => Attention.scores(v[q_per_token_rotated], v[k_per_token_rotated]));

    public static readonly ArticleStep mask = all.add(
        title: "forbid looking ahead",
        why: "In training the model must not peek at the token it is to predict, so it never learnt to look ahead.",
        formula: "mask[t, s] = -inf where s > t, else 0",
        shape: "T T", dtype: float32, cell: 51,
        run: v => Attention.causal_mask(v[tokens].shape[0]));

    public static readonly ArticleStep qk_per_token_after_masking = all.add(
        title: "add the mask to the scores",
        why: "-inf plus anything is -inf, and the softmax makes 0 of it.",
        formula: "scores + mask",
        shape: "T T", dtype: float32, cell: 52, repeats: Repeats.PerQueryHead,
        run: v => Attention.apply_mask(v[qk_per_token], v[mask]));

    public static readonly ArticleStep qk_per_token_after_masking_after_softmax = all.add(
        title: "turn scores into attention that sums to 1",
        why: "Each row says how much of every earlier token goes into this one. Computed in float32, then rounded to bfloat16.",
        formula: "exp(s - max) / Σ exp(s - max), row by row",
        shape: "T T", dtype: bfloat16, cell: 54, repeats: Repeats.PerQueryHead,
        run: v => Attention.softmax(v[qk_per_token_after_masking], v.dtype));

    public static readonly ArticleStep v_layer0 = all.add(
        title: "cut the value weights into heads",
        why: "There are as many value heads as key heads.",
        formula: "wv [n_kv_heads · head_dim, dim] → [n_kv_heads, head_dim, dim]",
        shape: "n_kv_heads head_dim dim", dtype: bfloat16, cell: 56, repeats: Repeats.PerLayer,
        run: v => Attention.split_into_heads(v.layer_weight("attention.wv"), v.config.n_kv_heads));

    public static readonly ArticleStep v_layer0_head0 = all.add(
        title: "take the first head's value matrix",
        why: "Value head 0 serves the same query heads as key head 0.",
        formula: "v_layer0[0]",
        shape: "head_dim dim", dtype: bfloat16, cell: 58, repeats: Repeats.PerKeyValueHead,
        run: v => Attention.select_head(v[v_layer0], v.head));

    public static readonly ArticleStep v_per_token = all.add(
        title: "prepare what each token passes on: the values",
        why: "A value is what a token hands to those that attend to it. Values are not rotated: position only decides who attends to whom.",
        formula: "v = x · wvᵀ",
        shape: "T head_dim", dtype: bfloat16, cell: 60, repeats: Repeats.PerKeyValueHead,
        run: v => Attention.project(v[token_embeddings], v[v_layer0_head0], v.bias_of_heads("attention.wv")));

    public static readonly ArticleStep qkv_attention = all.add(
        title: "mix the values by attention",
        why: "Each token receives the values of the tokens before it, in the proportions that the softmax gave.",
        formula: "attention · v",
        shape: "T head_dim", dtype: bfloat16, cell: 62, repeats: Repeats.PerQueryHead,
        run: v => Attention.mix_values(v[qk_per_token_after_masking_after_softmax], v[v_per_token]));

    public static readonly ArticleStep stacked_qkv_attention = all.add(
        title: "do it for every head and lay the heads side by side",
        why: "Each head has mixed its own part; together they are as wide as the embedding again.",
        formula: "[head 0 | head 1 | … | head n_heads-1]",
        shape: "T n_heads*head_dim", dtype: bfloat16, cell: 66, repeats: Repeats.PerLayer,
        run: v => Attention.stack_heads(v.every_head[qkv_attention]));

    public static readonly ArticleStep w_layer0 = all.add(
        title: "take the output weights of attention",
        why: "One matrix for all heads.",
        formula: "wo",
        shape: "dim n_heads*head_dim", dtype: bfloat16, cell: 68, repeats: Repeats.PerLayer,
        run: v => v.layer_weight("attention.wo"));

    public static readonly ArticleStep embedding_delta = all.add(
        title: "combine the heads",
        why: "What attention adds to each token, in the coordinates of the embedding.",
        formula: "stacked · woᵀ",
        shape: "T dim", dtype: bfloat16, cell: 70, repeats: Repeats.PerLayer,
        run: v => Attention.project(v[stacked_qkv_attention], v[w_layer0], v.bias("attention.wo")));

    public static readonly ArticleStep embedding_after_edit = all.add(
        title: "add attention's result to the embedding",
        why: "A residual connection: the layer edits its input (before the norm) instead of replacing it.",
        formula: "x + delta",
        shape: "T dim", dtype: bfloat16, cell: 72, repeats: Repeats.PerLayer,
        run: v => Embedding.add_residual(v.layer_input, v[embedding_delta]));

    public static readonly ArticleStep embedding_after_edit_normalized = all.add(
        title: "normalise again before the feed-forward",
        why: "As before attention, with a weight of its own.",
        formula: "x / √(mean(x²) + eps) · ffn_norm",
        shape: "T dim", dtype: bfloat16, cell: 74, repeats: Repeats.PerLayer,
        run: v => RmsNorm.rms_norm(v[embedding_after_edit], v.layer_weight("ffn_norm"), v.config.norm_eps));

    public static readonly ArticleStep output_after_feedforward = all.add(
        title: "think about each token on its own: the feed-forward",
        why: "Attention moved information between tokens; here each token works on what it has. " +
             "w1 opens a gate for what w3 lifts, and w2 brings the product back to dim.",
        formula: "(silu(x · w1ᵀ) ⊙ (x · w3ᵀ)) · w2ᵀ",
        shape: "T dim", dtype: bfloat16, cell: 76, repeats: Repeats.PerLayer,
        run: v => FeedForward.swiglu(
            v[embedding_after_edit_normalized],
            w1: v.layer_weight("feed_forward.w1"), w2: v.layer_weight("feed_forward.w2"), w3: v.layer_weight("feed_forward.w3"),
            b1: v.bias("feed_forward.w1"), b2: v.bias("feed_forward.w2"), b3: v.bias("feed_forward.w3")));

    public static readonly ArticleStep layer_0_embedding = all.add(
        title: "add it, and layer 0 is done",
        why: "The second residual connection. The result is the input of the next layer.",
        formula: "x + feed_forward",
        shape: "T dim", dtype: bfloat16, cell: 78, repeats: Repeats.PerLayer, is_layer_output: true,
        run: v => Embedding.add_residual(v[embedding_after_edit], v[output_after_feedforward]));

    public static readonly ArticleStep final_embedding = all.add(
        title: "do the same in every other layer",
        why: "Steps 4 to 38 once more per layer, each layer on the output of the one before. The output of the last layer is taken here.",
        formula: "layer n_layers-1 ( … layer 1 (layer 0 (x)) … )",
        shape: "T dim", dtype: bfloat16, cell: 80,
        run: v => v.in_layer(v.config.n_layers - 1)[layer_0_embedding]);

    public static readonly ArticleStep final_embedding_normalized = all.add(
        title: "normalise one last time",
        why: "The notebook calls this final_embedding too; here it has a name of its own.",
        formula: "x / √(mean(x²) + eps) · norm",
        shape: "T dim", dtype: bfloat16, cell: 82,
        run: v => RmsNorm.rms_norm(v[final_embedding], v.weight("norm"), v.config.norm_eps));

    public static readonly ArticleStep logits = all.add(
        title: "score every word of the vocabulary",
        why: "Only the last token's vector is needed to predict what follows the prompt. The output matrix is not the embedding table.",
        formula: "x[-1] · outputᵀ",
        shape: "vocab_size", dtype: bfloat16, cell: 86,
        run: v => Logits.of_last_token(v[final_embedding_normalized], v.weight("output")));

    public static readonly ArticleStep next_token = all.add(
        title: "pick the most likely next token",
        why: "The highest score wins. Token 2983 decodes to \"42\", the answer to the ultimate question of life, the universe, and everything.",
        formula: "argmax(logits)",
        shape: "", dtype: int64, cell: 88,
        run: v => Logits.most_likely(v[logits]));
}
