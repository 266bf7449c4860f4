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
        if (step.dtype is not (null or ScalarType.Int64) && step != ArticleSteps.logits) { return null; }
        using var walk = StepText.CaseOf(step).Walk(ScalarType.BFloat16, computes: true);
        if (step == ArticleSteps.logits) { return Scores(walk[step, Scope.Article].tensor); }
        var numbers = walk[step.dtype is null ? ArticleSteps.tokens : step, Scope.Article].tensor.ToInt64s();
        return step == CacheSteps.positions ? new(["new token", "position"], [.. numbers.Select((position, at) => (string[])[$"{at}", $"{position}"])])
            : step.number <= ArticleSteps.prompt_split_as_tokens.number ? new(["position", "id", "text"], [.. numbers.Select((id, at) => (string[])[$"{at}", .. Token(id)])])
            : new(["id", "text"], [.. numbers.Select(Token)]);
    }

    private static StepTable Scores(Tensor logits)
    {
        var (values, ids) = logits.topk(Highest);
        var rows = ids.ToInt64s().Zip(values.ToSingles(), (id, score) => (string[])[.. Token(id), score.ToString("0.####", CultureInfo.InvariantCulture)]);
        return new(["id", "text", $"score, the highest {Highest} of {Model.Checkpoint.Params.vocab_size}"], [.. rows]);
    }

    private static string[] Token(long id) => [$"{id}", Printable.Quoted(Model.Checkpoint.tokenizer.decode([(int)id]))];
}
