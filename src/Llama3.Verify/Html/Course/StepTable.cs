using System.Globalization;
using Llama3.Checking.Goldens;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Html.Course;

/// <summary>Results that are better read than looked at: ids, texts, the highest scores.</summary>
/// <param name="Head">The names of the columns.</param>
/// <param name="Rows">The rows.</param>
internal sealed record StepTable(IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const int Highest = 10;

    private static readonly MicroModel Model = MicroModel.Micro;

    /// <summary>The table of a step on the micro checkpoint; null where it is drawn.</summary>
    public static StepTable? Of(ArticleStep step)
    {
        if (step == ArticleSteps.tokens || step == ArticleSteps.prompt_split_as_tokens) { return Tokens(); }
        if (step == ArticleSteps.logits) { return Scores(); }
        if (step.dtype != ScalarType.Int64) { return null; }
        var golden = StepText.IsOfCache(step) ? Model.Passes.First(pass => pass.Tokens > 1) : Model.Article;
        using var walk = golden.Walk(ScalarType.BFloat16, computes: true);
        var numbers = walk[step, Scope.Article].tensor.ToInt64s();
        return step == CacheSteps.positions
            ? new(["new token", "position"], [.. numbers.Select((position, at) => (string[])[$"{at}", $"{position}"])])
            : new(["id", "text"], [.. numbers.Select(Token)]);
    }

    private static StepTable Tokens()
    {
        using var walk = Model.Article.Walk(ScalarType.BFloat16, computes: true);
        var ids = walk[ArticleSteps.tokens, Scope.Article].tensor.ToInt64s();
        return new(["position", "id", "text"], [.. ids.Select((id, at) => (string[])[$"{at}", .. Token(id)])]);
    }

    private static StepTable Scores()
    {
        using var walk = Model.Article.Walk(ScalarType.BFloat16, computes: true);
        var (values, ids) = walk[ArticleSteps.logits, Scope.Article].tensor.topk(Highest);
        var rows = ids.ToInt64s().Zip(values.ToSingles(), (id, score) => (string[])[.. Token(id), score.ToString("0.####", CultureInfo.InvariantCulture)]);
        return new(["id", "text", $"score, the highest {Highest} of {Model.Checkpoint.Params.vocab_size}"], [.. rows]);
    }

    private static string[] Token(long id) => [$"{id}", Printable.Quoted(Model.Checkpoint.tokenizer.decode([(int)id]))];
}
