using Llama3.Checking.Comparing;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Facts;

/// <summary>The likeliest words by their logits, compared with a printed list.</summary>
/// <param name="tokenizer">It decodes the words.</param>
internal sealed class Ranking(ITokenizer tokenizer)
{
    /// <summary>
    /// Neighbouring logits of the 8B model are one or two steps of bfloat16 apart, and how a machine rounds decides which of them
    /// comes first: a printed word may be this many steps from the word that is computed for its rank.
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
            if (!near.Select(Word).Contains(word)) { return $"found {InWords(Word(ranked[rank]))} in place {rank + 1}, expected {InWords(word)}"; }
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

    private static string InWords(string? word) => word is null ? "a token that this tokenizer.model does not have" : $"\"{Printable.Text(word)}\"";
}
