using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Caching;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.AllAtOnce;

/// <summary>The functions of <see cref="Llama3Model"/> in the order of their steps, each before those that call it.</summary>
internal static class Parts
{
    /// <summary>Where the prompt is cut when it is computed with a cache.</summary>
    private const int Cut = 9;
    private const string WithCache = " with a cache";

    /// <summary>All of them, for the article's prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dtype">bfloat16 or float32.</param>
    public static IReadOnlyList<Part> Of(GoldenModel model, ScalarType dtype)
    {
        var walk = new Walk(model.Checkpoint, model.Manifest.Prompt, dtype) { Source = ResultSource.GivenOrComputed((_, _) => null) };
        var tokens = walk[ArticleSteps.tokens, Scope.Article].tensor;
        var layers = Enumerable.Range(0, model.Checkpoint.Params.n_layers);
        return
        [
            new("rotations", Range(zero_to_one_split_into_64_parts, freqs_cis), Scope.Article, walk, freqs_cis,
                all => all.rotations(torch.arange(tokens.shape[0]))),
            .. layers.SelectMany(layer => OfLayer(walk, layer)),
            new("forward", [.. ArticleSteps.all.SkipLast(1)], Scope.Article, walk, logits, all => all.forward(tokens))
            {
                Needs = ["rotations", "rms_norm", "transformer_block"],
            },
            .. layers.Select(layer => AttentionWithCache(model, walk, tokens, layer)),
            ForwardWithCache(model, walk, tokens),
        ];
    }

    private static IEnumerable<Part> OfLayer(Walk walk, int layer)
    {
        var scope = Scope.Layer(layer);
        Tensor Of(ArticleStep step) => walk[step, scope].tensor;
        Tensor Input() => layer == 0 ? Of(token_embeddings_unnormalized) : walk[layer_0_embedding, Scope.Layer(layer - 1)].tensor;
        yield return new("rms_norm", [token_embeddings], scope, walk, token_embeddings, all => all.rms_norm(Input(), $"layers.{layer}.attention_norm"));
        yield return new("rotate", Range(q_per_token_split_into_pairs, q_per_token_rotated), scope, walk, q_per_token_rotated,
            _ => Llama3Model.rotate(Of(q_per_token), Of(freqs_cis)));
        yield return new("attention", Range(q_layer0, embedding_delta), scope, walk, embedding_delta,
            all => all.attention(Of(token_embeddings), layer, Of(freqs_cis), Of(mask), cache: null))
        { Needs = ["rotate"] };
        yield return new("feed_forward", [output_after_feedforward], scope, walk, output_after_feedforward,
            all => all.feed_forward(Of(embedding_after_edit_normalized), layer));
        yield return new("transformer_block", Range(token_embeddings, layer_0_embedding), scope, walk, layer_0_embedding,
            all => all.transformer_block(Input(), layer, Of(freqs_cis), Of(mask), cache: null))
        { Needs = ["rms_norm", "attention", "feed_forward"] };
    }

    /// <summary>The last token alone, which is not masked, after those before it.</summary>
    private static Part AttentionWithCache(GoldenModel model, Walk walk, Tensor tokens, int layer)
    {
        var (scope, last) = (Scope.Layer(layer), (int)tokens.shape[0] - 1);
        var pass = After(walk, tokens, last);
        return new("attention", [.. CacheSteps.all.SkipWhile(step => step != CacheSteps.k_cache)], scope, pass, embedding_delta, Attend)
        {
            When = WithCache,
            Needs = ["attention"],
            Limit = LimitWithCache(walk.dtype),
        };

        Tensor Attend(Llama3Model all)
        {
            using var cache = new KeyValueCache(model.Checkpoint.Params, walk.dtype, last + 1);
            cache.Append(layer, walk[k_per_token_rotated, scope].tensor[.., ..last], walk[v_per_token, scope].tensor[.., ..last]);
            cache.Advance(last);
            return all.attention(pass[token_embeddings, scope].tensor, layer, pass[freqs_cis, scope].tensor, mask: null, cache);
        }
    }

    /// <summary>The prompt in two parts.</summary>
    private static Part ForwardWithCache(GoldenModel model, Walk walk, Tensor tokens)
    {
        return new("forward", CacheSteps.all, Scope.Article, After(walk, tokens, Cut), logits, InTwoParts)
        {
            When = WithCache,
            Needs = ["forward", $"attention{WithCache}"],
            Limit = LimitWithCache(walk.dtype),
        };

        Tensor InTwoParts(Llama3Model all)
        {
            using var cache = new KeyValueCache(model.Checkpoint.Params, walk.dtype, (int)tokens.shape[0]);
            all.forward(tokens[..Cut], cache);
            return all.forward(tokens[Cut..], cache);
        }
    }

    private static Walk After(Walk walk, Tensor tokens, int kept) => walk.With(CachePasses.First(tokens[..kept])).Next(tokens[kept..]).With(walk.Source);

    /// <summary>Libtorch adds up in an order that depends on shapes and layout; a sum may then tip another way when it is rounded.</summary>
    private static double LimitWithCache(ScalarType dtype) => Engine.Tensors == "Managed" ? 0 : dtype == ScalarType.BFloat16 ? 1e-2 : 1e-5;

    private static List<ArticleStep> Range(ArticleStep first, ArticleStep last) =>
        [.. ArticleSteps.all.Where(step => step.number >= first.number && step.number <= last.number)];
}
