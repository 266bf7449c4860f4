using System.Globalization;
using Llama3.Checking.Comparing;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>What a change of the model does to its predictions, token by token.</summary>
internal static class Changes
{
    /// <summary>The most likely next token at every position, and how far the last vectors move.</summary>
    public static IEnumerable<string> Lines(Setting setting, Walk right, Walk changed, string rightName, string changedName)
    {
        var tokens = right[ArticleSteps.tokens, Scope.Article].tensor.ToInt64s();
        var (before, after) = (Prediction.TopEverywhere(right, setting, 1), Prediction.TopEverywhere(changed, setting, 1));
        var rows = tokens.Select((token, position) => new[]
        {
            Text((int)token), Text(before[position][0].Token), Text(after[position][0].Token),
            before[position][0].Token == after[position][0].Token ? "" : "changed",
        });
        foreach (var line in Columns.Of([["from", rightName, changedName, ""], .. rows], words: 4)) { yield return line; }
        yield return "";
        yield return $"right of {tokens.Length - 1}: {Right(before)} {rightName}, {Right(after)} {changedName}";
        yield return string.Create(CultureInfo.InvariantCulture, $"distance (rel-L2) of the last layer's output: {Distance(right, changed):F2}");

        string Text(int token) => Prediction.Text(setting.Checkpoint.tokenizer, token);
        int Right(List<List<Prediction>> predictions) =>
            predictions.SkipLast(1).Where((top, position) => top[0].Token == tokens[position + 1]).Count();
    }

    /// <summary>How far the output of the last layer moves.</summary>
    public static double Distance(Walk right, Walk changed) => Comparison.DistanceBetween(
        changed[ArticleSteps.final_embedding, Scope.Article].tensor, right[ArticleSteps.final_embedding, Scope.Article].tensor);
}
