using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;
using Llama3.Reference;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Experiments;

/// <summary>A word that may come next.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Score">Its logit.</param>
internal readonly record struct Prediction(int Token, float Score)
{
    /// <summary>Scores of this many tokens for every word take 32 MB.</summary>
    private const int AtATime = 64;

    /// <summary>The highest scores, the highest first.</summary>
    /// <param name="logits">[vocab_size].</param>
    /// <param name="count">How many.</param>
    public static List<Prediction> Top(Tensor logits, int count)
    {
        var (values, indexes) = logits.topk(count);
        return [.. values.ToSingles().Zip(indexes.ToInt64s(), (score, token) => new Prediction((int)token, score))];
    }

    /// <summary>The highest scores at every position of a walk: each token's own prediction of the token after it.</summary>
    public static List<List<Prediction>> TopEverywhere(Walk walk, Setting setting, int count)
    {
        var x = walk[ArticleSteps.final_embedding_normalized, Scope.Article].tensor;
        var output = setting.Checkpoint.weight("output.weight", setting.Dtype);
        return [.. Enumerable.Range(0, (int)x.shape[0]).Chunk(AtATime).SelectMany(TopOf)];

        List<List<Prediction>> TopOf(int[] positions)
        {
            var scores = Attention.project(x.narrow(0, positions[0], positions.Length), output);
            return [.. Enumerable.Range(0, positions.Length).Select(row => Top(scores[row], count))];
        }
    }

    /// <summary>In quotes; one that this tokenizer.model, an excerpt, lacks by its number.</summary>
    public static string Text(ITokenizer tokenizer, int token)
    {
        try
        {
            return Printable.Quoted(tokenizer.decode([token]));
        }
        catch (BadInputException)
        {
            return $"<|{token}|>";
        }
    }
}
