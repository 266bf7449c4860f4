using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Reference;

/// <summary>What the steps call their inputs, where this is more than the result of one step: it depends on the layer, or on a cache.</summary>
internal static class StepInputs
{
    extension(Values v)
    {
        /// <summary>[T, dim]: the embeddings for layer 0, the previous layer's output for the others.</summary>
        public Tensor layer_input => v.layer == 0
            ? v[ArticleSteps.token_embeddings_unnormalized]
            : v.in_layer(v.layer - 1)[ArticleSteps.layer_0_embedding];

        /// <summary>[T] int64: the position of each token; 0, 1, 2, … unless the walk was given others, or continues after tokens in a cache.</summary>
        public Tensor positions => v.given_positions
            ?? (v.pass is null ? torch.arange(v[ArticleSteps.tokens].shape[0]) : v[CacheSteps.positions]);

        /// <summary>The keys that the queries meet: those in the cache, or without a cache those of this walk.</summary>
        public Tensor keys => v[v.pass is null ? ArticleSteps.k_per_token_rotated : CacheSteps.k_cache];

        /// <summary>The values that attention mixes: those in the cache, or without a cache those of this walk.</summary>
        public Tensor values => v[v.pass is null ? ArticleSteps.v_per_token : CacheSteps.v_cache];

        /// <summary>[out]: what a matrix of this layer, such as "attention.wo", adds to its product; null where it has no bias, as in Llama 3.</summary>
        public Tensor? bias(string name) => v.config.HasBias($"layers.{v.layer}.{name}") ? v.layer_bias(name) : null;

        /// <summary>[1, head_dim], or [heads, 1, head_dim]: the same for one head, or for all at once.</summary>
        public Tensor? bias_of_heads(string name) =>
            v.bias(name) is { } bias ? Attention.select_head(bias.view(-1, 1, v.config.head_dim), v.head) : null;

        /// <summary>N, how many tokens came before the new ones; 0 without a cache.</summary>
        public long kept => v.pass?.kept ?? 0;

        /// <summary>The position of the first new token: N, unless a padded batch counts its slots.</summary>
        public long next_position => v.kept + (v.pass?.first_position ?? 0);

        /// <summary>[M] int64: the tokens of this pass; without a cache all of them.</summary>
        public Tensor new_tokens => v.pass?.tokens ?? v[ArticleSteps.tokens];

        /// <summary>[N, head_dim], or [n_kv_heads, N, head_dim]: the keys in the cache; null where there are none.</summary>
        public Tensor? kept_keys => of_head(v, v.pass?.keys(v.layer));

        /// <summary>[N, head_dim], or [n_kv_heads, N, head_dim]: the values in the cache; null where there are none.</summary>
        public Tensor? kept_values => of_head(v, v.pass?.values(v.layer));
    }

    private static Tensor? of_head(Values v, Tensor? per_head) => v.head is { } one ? per_head?[one] : per_head;
}
