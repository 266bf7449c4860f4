using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;

namespace Llama3.Checking.Reading.Readers;

/// <summary>What every reader has to know of a dump and of the run that wrote it.</summary>
/// <param name="Dump">The dump.</param>
/// <param name="Model">The model that the port ran.</param>
/// <param name="Positions">The position of each token that the port ran on.</param>
/// <param name="Keys">How many tokens it may have attended to: T, or the rows of its cache; the right number comes first.</param>
/// <param name="Remarks">Takes notes of numbers that stand for others, when they are read.</param>
/// <param name="Expected">What a step of a layer should be, with all heads; null where that is not known.</param>
internal sealed record ReadingContext(
    Dump Dump, ModelParams Model, IReadOnlyList<long> Positions, IReadOnlyList<long> Keys, ISet<string> Remarks, Func<ArticleStep, int, Tensor?> Expected)
{
    /// <summary>How many rows or keys too many or too few are still judged, as a fault; as many tokens may be there too many or too few.</summary>
    public const int OtherTokens = 2;

    /// <summary>T, the number of tokens that the port ran on.</summary>
    public long Tokens => Positions.Count;

    /// <summary>Whether the port attended to what is in a cache.</summary>
    public bool HasCache => Keys.Count > 1;

    /// <summary>
    /// Whether a port may compute a result for the last token alone. Nothing but the logits depends on the other rows: in the last layer
    /// the keys and values of all tokens are needed, and what they are computed from.
    /// </summary>
    public bool IsNeededOfLastTokenAlone(ArticleStep step, int? layer) => Tokens > 1 && step.shape.Names is ["T", ..] && (step.repeats switch
    {
        Repeats.Once => step == final_embedding || step == final_embedding_normalized || step == norm_before_weight,
        _ when (layer ?? 0) != Model.n_layers - 1 => false,
        Repeats.PerQueryHead => true,
        Repeats.PerLayer => step.number >= stacked_qkv_attention.number,
        _ => false,
    });
}
