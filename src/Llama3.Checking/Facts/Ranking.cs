using Llama3.Checking.Comparing;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Facts;

/// <summary>The likeliest words by their logits, held against a printed list.</summary>
/// <param name="tokenizer">Tells the words.</param>
internal sealed class Ranking(ITokenizer tokenizer)
{
    /// <summary>
    /// Neighbouring logits of the 8B model lie a step of bfloat16 or two apart, and how a machine rounds decides which of them
    /// comes first: a printed word may stand this many steps from the word that is computed for its rank.
    /// </summary>
    private const long UlpBetweenRanks = 2;

    /// <summary>Null if the words are those printed; otherwise which one was found, and which was expected.</summary>
    /// <param name="logits">[vocab_size] bfloat16.</param>
    /// <param name="printed">The likeliest first.</param>
    public string? Problem(Tensor logits, IReadOnlyList<string> printed)
    {
        var scores = logits.ToSingles();
        var ranked = logits.topk(2 * printed.Count).indexes.ToInt64s();
        foreach (var (rank, word) in printed.Index())
        {
            var near = ranked.Where(id => Ulp.Distance(scores[id], scores[ranked[rank]], ScalarType.BFloat16) <= UlpBetweenRanks);
            if (!near.Select(Word).Contains(word)) { return $"found {Told(Word(ranked[rank]))} in place {rank + 1}, expected {Told(word)}"; }
        }
        return null;
    }

    /// <summary>The text of a token; null if this tokenizer has none for it.</summary>
    public string? Word(long id)
    {
        try
        {
            return tokenizer.decode([(int)id]);
        }
        catch (BadInputException)
        {
            return null; // An excerpt of the vocabulary has gaps.
        }
    }

    private static string Told(string? word) => word is null ? "a token that this tokenizer.model has not" : $"\"{Printable.Text(word)}\"";
}
