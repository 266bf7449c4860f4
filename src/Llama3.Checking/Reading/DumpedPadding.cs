using Llama3.Checking.Reading.Parts;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>What a port computed of padding, which is judged nowhere: a wrong port attends to it, or goes on from it.</summary>
/// <param name="slots">Where the row is.</param>
/// <param name="before">What was dumped of the padding before the tokens of the pass.</param>
/// <param name="after">What was dumped of the padding after them.</param>
/// <param name="earlier">The padding of the passes before; null for a prompt.</param>
internal sealed class DumpedPadding(RowSlots slots, Lazy<DumpedTensors> before, Lazy<DumpedTensors> after, DumpedPadding? earlier)
{
    /// <summary>How many slots of padding come before the tokens, in this pass and in those before.</summary>
    public long Count => (earlier?.All ?? 0) + slots.Before.Own.Length;

    private long All => Count + slots.After.Own.Length;

    /// <summary>[n_kv_heads, padding, head_dim]: what a step computes of them; null where some of it was not dumped.</summary>
    public Tensor? Rows(ArticleStep step, int layer) => Joined([.. earlier?.Parts(step, layer) ?? [], Part(before, slots.Before, step, layer)]);

    /// <summary>[dim]: what a step computes of the last slot; null where it is a token's, or was not dumped.</summary>
    public Tensor? LastSlot(ArticleStep step) =>
        slots.After.Own.Length > 0 && after.Value.Find(step, Scope.Article) is { } found ? found.tensor[found.tensor.shape[0] - 1] : null;

    private IEnumerable<(bool IsKnown, Tensor? Rows)> Parts(ArticleStep step, int layer) =>
        [.. earlier?.Parts(step, layer) ?? [], Part(before, slots.Before, step, layer), Part(after, slots.After, step, layer)];

    private static (bool, Tensor?) Part(Lazy<DumpedTensors> tensors, RowSlots slots, ArticleStep step, int layer) =>
        slots.Own.Length == 0 ? (true, null) : tensors.Value.Find(step, Scope.Layer(layer)) is { } found ? (true, found.tensor) : (false, null);

    private static Tensor? Joined(IReadOnlyList<(bool IsKnown, Tensor? Rows)> parts) =>
        parts.All(part => part.IsKnown) && parts.Select(part => part.Rows).OfType<Tensor>().ToList() is { Count: > 0 } known ? torch.cat(known, 1) : null;
}
