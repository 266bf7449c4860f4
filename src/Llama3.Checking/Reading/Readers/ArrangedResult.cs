namespace Llama3.Checking.Reading.Readers;

/// <summary>A step's result, or a part of it, arranged as the reference has it.</summary>
/// <param name="AllHeads">Whether it holds all heads of a layer, on a leading axis.</param>
/// <param name="Note">What is unusual in its layout.</param>
/// <param name="Read">Reads it.</param>
internal sealed record ArrangedResult(bool AllHeads, string? Note, Func<Tensor> Read)
{
    /// <summary>Whether it can be judged. If not, it is left out, and a note says so.</summary>
    public bool IsJudged { get; init; } = true;

    /// <summary>Parts one after the other along an axis.</summary>
    public static ArrangedResult Cat(IReadOnlyList<ArrangedResult> parts, long axis, string note) =>
        new(parts[0].AllHeads, Joined(note, parts), () => torch.cat([.. parts.Select(part => part.Read())], axis));

    /// <summary>One part for each head, on a new leading axis.</summary>
    public static ArrangedResult Stack(IReadOnlyList<ArrangedResult> heads) =>
        new(AllHeads: true, Joined("one tensor per head", heads), () => torch.stack(heads.Select(head => head.Read())));

    private static string Joined(string note, IEnumerable<ArrangedResult> parts) =>
        string.Join(", ", parts.Select(part => part.Note).OfType<string>().Distinct().Prepend(note));
}
