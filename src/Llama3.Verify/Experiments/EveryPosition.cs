using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>The enhanced notebook's second experiment.</summary>
internal sealed class EveryPosition : Experiment
{
    private const int Count = 5;

    public override string Name => "every-position";

    public override string Question => "what does the model predict from each token, not only from the last?";

    public override IEnumerable<string> Lines(Setting setting)
    {
        using var walk = setting.Walk();
        var (tokens, tokenizer) = (walk[ArticleSteps.tokens, Scope.Article].tensor.ToInt64s(), setting.Checkpoint.tokenizer);
        var rows = Prediction.TopEverywhere(walk, setting, Count).Select((top, position) => new[]
        {
            Prediction.Text(tokenizer, (int)tokens[position]),
            position + 1 < tokens.Length ? Rank(top, (int)tokens[position + 1]) : "",
            string.Join("  ", top.Select(next => Prediction.Text(tokenizer, next.Token))),
        });
        return Columns.Of([["from", "the next is", "predicted"], .. rows], words: 3);
    }

    private static string Rank(List<Prediction> top, int token) =>
        top.FindIndex(next => next.Token == token) is >= 0 and var place ? $"no. {place + 1}" : $"not in {Count}";
}
