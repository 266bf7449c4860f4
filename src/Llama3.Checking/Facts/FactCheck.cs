using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Facts;

/// <summary>Whether a fact that a notebook printed for Meta-Llama-3-8B holds for a checkpoint.</summary>
/// <param name="Fact">What was printed, and where.</param>
/// <param name="Problem">Null if it holds; otherwise what was found, and what was expected.</param>
internal sealed record FactFinding(ArticleFact Fact, string? Problem)
{
    /// <summary>Whether it holds.</summary>
    public bool Holds => Problem is null;
}

/// <summary>Compares a checkpoint with all that the notebooks printed, and with their heatmaps.</summary>
/// <param name="checkpoint">The model; stays open.</param>
/// <param name="weightRead">Called with the name of every weight that is asked for; all are asked for twice.</param>
internal sealed class FactCheck(Checkpoint checkpoint, Action<string>? weightRead = null) : IDisposable
{
    private const string Shape = "shape.";

    private readonly Walk _walk = new(checkpoint, MicroModel.Micro.Manifest.Prompt, ScalarType.BFloat16) { WeightRead = weightRead };
    private readonly Ranking _ranking = new(checkpoint.tokenizer);

    /// <summary>All that can be judged: the printed facts, then the heatmaps.</summary>
    public static IReadOnlyList<ArticleFact> Facts { get; } = [.. ArticleFacts.All.Values, .. Heatmaps.Facts];

    /// <summary>Judges a fact.</summary>
    /// <exception cref="BadInputException">The checkpoint cannot be read any more.</exception>
    public FactFinding Judge(ArticleFact fact) => new(fact, Problem(fact));

    /// <summary>Frees what was computed.</summary>
    public void Dispose() => _walk.Dispose();

    private string? Problem(ArticleFact fact) => fact.Id switch
    {
        "config" => FactRules.Config(fact, checkpoint.Params),
        "tensor_names" => FactRules.Texts(fact, checkpoint.names.Take(fact.As<string[]>().Length)),
        "tokens" => FactRules.Numbers(fact, Found(ArticleSteps.tokens).ToInt64s()),
        "prompt_split_as_tokens" => FactRules.Texts(fact, _walk[ArticleSteps.prompt_split_as_tokens, Scope.Article].text!),
        "zero_to_one_split_into_64_parts" or "freqs" or "mask" => FactRules.Rounded(fact, Found(ArticleSteps.all[fact.Id]).ToSingles()),
        "length.qkv_attention_store" => FactRules.Number(fact, _walk[ArticleSteps.qkv_attention, Scope.Layer(0)].tensor.shape[0]),
        "next_token" => FactRules.Number(fact, Found(ArticleSteps.next_token).item<long>()),
        "answer" => FactRules.Text(fact, _ranking.Word(Found(ArticleSteps.next_token).item<long>()) ?? ""),
        "top_10" => _ranking.Problem(Found(ArticleSteps.logits), fact.As<string[]>()),
        "top_10_after_each_token" => Ranks(fact, _walk),
        "top_10_after_each_token_without_mask" => RanksWithoutMask(fact),
        Heatmaps.Scores => FactRules.Bounded(fact, Found(ArticleSteps.qk_per_token).ToSingles()),
        Heatmaps.Patterns => FactRules.Shown(fact, Found(ArticleSteps.qk_per_token_after_masking_after_softmax).ToSingles()),
        _ when fact.Id.StartsWith(Shape, StringComparison.Ordinal) => FactRules.Numbers(fact, ShapeOf(fact.Id[Shape.Length..])),
        _ => Tokenizer(fact),
    };

    private string? Tokenizer(ArticleFact fact)
    {
        var tokenizer = checkpoint.tokenizer;
        var text = ArticleFacts.All["tokenizer.text"].As<string>();
        return fact.Id switch
        {
            "tokenizer.regex_pieces" => FactRules.Texts(fact, TextSplitter.Split(text)),
            "tokenizer.ids" => FactRules.Numbers(fact, tokenizer.encode(text).Select(id => (long)id)),
            "tokenizer.pieces" => FactRules.Texts(fact, tokenizer.encode(text).Select(id => tokenizer.decode([id]))),
            "tokenizer.hello_world" or "tokenizer.created" or "tokenizer.text" =>
                FactRules.Tokenized(fact, tokenizer, ArticleFacts.IdsOf(ArticleFacts.All[fact.Id].As<string>())),
            _ => throw new InvalidOperationException($"there is no rule for the fact {fact.Id}"),
        };
    }

    private Tensor Found(ArticleStep step) => _walk[step, Scope.Article].tensor;

    private long[] ShapeOf(string id) =>
        checkpoint.Params.tensor_shapes.ContainsKey(id) ? checkpoint.weight(id).shape : Found(ArticleSteps.all[id]).shape;

    private string? RanksWithoutMask(ArticleFact fact)
    {
        using var unmasked = _walk.With(KnownMistakes.All.Single(mistake => mistake.Name == "mask_missing").Wrong);
        return Ranks(fact, unmasked);
    }

    /// <summary>The words after each token, not the last alone.</summary>
    private string? Ranks(ArticleFact fact, Walk walk)
    {
        var printed = fact.As<string[][]>();
        var x = walk[ArticleSteps.final_embedding_normalized, Scope.Article].tensor;
        if (x.shape[0] != printed.Length) { return $"found {x.shape[0]} tokens, expected {printed.Length}"; }
        var logits = Attention.project(x, checkpoint.weight("output.weight"));
        string[] problems = [.. printed.Index()
            .Select(row => (row.Index, Problem: _ranking.Problem(logits[row.Index], row.Item)))
            .Where(row => row.Problem is not null)
            .Select(row => $"after token {row.Index + 1}: {row.Problem}")];
        return problems is [var first, ..] ? $"{first}; so after {problems.Length} of {printed.Length} tokens" : null;
    }
}
