using Llama3.Formats.Checkpoints;
using Llama3.Formats.Input;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Verify.Pages;

/// <summary>What a walk starts from: a text, or the ids of tokens.</summary>
/// <param name="checkpoint">The model.</param>
/// <param name="prompt">The text; not used where there are ids.</param>
/// <param name="ids">The ids; null to take the text.</param>
internal sealed class WalkStart(Checkpoint checkpoint, string prompt, IReadOnlyList<int>? ids)
{
    /// <summary>The text in quotes, or the ids.</summary>
    public string Title => ids is null ? Printable.Quoted(prompt) : $"tokens {string.Join(',', ids)}";

    /// <summary>The walk.</summary>
    /// <param name="dtype">bfloat16 or float32.</param>
    /// <param name="weightRead">Called with the name of every weight that a step asks for.</param>
    public Walk Walk(ScalarType dtype, Action<string> weightRead)
    {
        var walk = new Walk(checkpoint, ids is null ? prompt : "", dtype) { WeightRead = weightRead };
        return ids is null ? walk : walk.With(new Dictionary<ArticleStep, Func<Values, StepResult>>
        {
            [ArticleSteps.tokens] = _ => torch.tensor(ids.Select(id => (long)id).ToArray()),
            [ArticleSteps.prompt_split_as_tokens] = v => v[ArticleSteps.tokens].ToInt64s().Select(Piece).ToArray(),
        });
    }

    /// <summary>The texts of the step that shows the tokens, on one line each.</summary>
    public IEnumerable<string> Shown(IReadOnlyList<string> pieces) => checkpoint.has_tokenizer ? pieces.Select(Printable.Quoted) : pieces;

    /// <summary>What a token says, in quotes; null without a tokenizer.</summary>
    public string? Text(long id) => !checkpoint.has_tokenizer ? null
        : Decoded(id) is { } text ? Printable.Quoted(text) : "(not in this vocabulary)";

    private string Piece(long id) => checkpoint.has_tokenizer ? Decoded(id) ?? $"<|{id}|>" : $"{id}";

    private string? Decoded(long id)
    {
        try
        {
            return checkpoint.tokenizer.decode([(int)id]);
        }
        catch (BadInputException)
        {
            return null; // An excerpt has gaps; the id is printed instead, or beside it.
        }
    }
}
