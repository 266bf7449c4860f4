using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>A pass over M new tokens after the article's prompt, with the keys and values of the N tokens before.</summary>
/// <param name="model">The model that the notebooks ran.</param>
/// <param name="entry">What the manifest says of it.</param>
internal class PassCase(GoldenModel model, PassEntry entry) : GoldenCase(model, entry.Name)
{
    /// <summary>The steps whose results are the same for all tokens: weights, and tables without positions.</summary>
    private static readonly HashSet<string> OfAnyTokens = [.. ArticleSteps.all
        .Where(step => step.dtype is not null && !step.shape.IsPerToken && step.number < ArticleSteps.logits.number)
        .Select(step => step.id)];

    /// <inheritdoc/>
    public override string Prompt => Model.Manifest.Prompt;

    /// <inheritdoc/>
    public override long Tokens => entry.Tokens.Count;

    /// <inheritdoc/>
    public override long Kept => entry.Position;

    /// <summary>Those of the prompt, then those of the passes up to this one.</summary>
    public override TokenTexts Texts => new(
        [
            .. Model.Manifest.PromptSplitAsTokens,
            .. Model.Manifest.Decode.Passes.TakeWhile(pass => pass.Position <= entry.Position)
                .SelectMany(pass => pass.Tokens)
                .Select(token => Model.Checkpoint.tokenizer.decode([(int)token])),
        ],
        Before: Kept);

    /// <inheritdoc/>
    public override Tensor NewTokens => torch.tensor(entry.Tokens.ToArray());

    /// <inheritdoc/>
    public override bool IsPass => true;

    /// <inheritdoc/>
    public override bool IsBeforePasses => true;

    /// <inheritdoc/>
    public override string Prefix => $"{Name}.";

    /// <inheritdoc/>
    protected override IEnumerable<KnownMistake> MistakesWithin(long positions) => KnownMistakes.InPass(Model.Checkpoint.Params, positions);

    /// <inheritdoc/>
    public override bool Covers(ArticleStep step) => step.chapter == Chapter.Cache;

    /// <inheritdoc/>
    public override string PartOf(ArticleStep step, Scope scope) => step.repeats == Repeats.Once ? Name : $"{Name} {scope}";

    /// <summary>One file holds all passes.</summary>
    protected override string FileName => "decode";

    /// <summary>Goldens of the tokens before.</summary>
    protected override Pass? StartOf(ScalarType dtype)
    {
        return CachePasses.After(Kept, NewTokens, layer => KeptOf(CacheSteps.k_cache, layer), layer => KeptOf(CacheSteps.v_cache, layer));

        Tensor KeptOf(ArticleStep cache, int layer) => Results(dtype)[Scope.Layer(layer).KeyOf(cache)].tensor[.., ..(int)Kept];
    }

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, StepResult> Load(ScalarType dtype)
    {
        var results = Captured(dtype);
        foreach (var (key, result) in Model.Article.Results(dtype).Where(golden => OfAnyTokens.Contains(golden.Key.Split('.')[^1]))) { results[key] = result; }
        AddArticlesOwn(results);
        return results;
    }

    /// <summary>What the file holds of this pass alone: whole layers, and no weights.</summary>
    protected virtual Dictionary<string, StepResult> Captured(ScalarType dtype) => Read(FileOf(dtype))
        .Where(golden => golden.Key.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(golden => golden.Key[Prefix.Length..], golden => golden.Value);
}
