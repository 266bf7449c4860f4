namespace Llama3.Checking.Reading.Readers;

/// <summary>A step's result, or a part of it, arranged as the reference has it.</summary>
/// <param name="AllHeads">Whether it holds all heads of a layer, on a leading axis.</param>
/// <param name="Note">What is unusual in its layout.</param>
/// <param name="Read">Reads it.</param>
internal sealed record ArrangedResult(bool AllHeads, string? Note, Func<Tensor> Read)
{
    /// <summary>Whether its numbers tell if it can be read, and not its shape alone: then they are read at once.</summary>
    public bool NumbersTell { get; init; }

    /// <summary>Whether it holds the last token's row alone.</summary>
    public bool IsLastRow { get; init; }

    /// <summary>Parts one after the other along an axis.</summary>
    public static ArrangedResult Cat(IReadOnlyList<ArrangedResult> parts, long axis, string note) =>
        new(parts[0].AllHeads, Joined(note, parts), () => torch.cat([.. parts.Select(part => part.Read())], axis))
        {
            NumbersTell = parts.Any(part => part.NumbersTell),
        };

    /// <summary>One part for each head, on a new leading axis.</summary>
    /// <param name="heads">The parts.</param>
    /// <param name="read">Reads them, and tells whether they are alike.</param>
    public static ArrangedResult Stack(IReadOnlyList<ArrangedResult> heads, Func<IReadOnlyList<Tensor>> read) =>
        new(AllHeads: true, Joined("one tensor per head", heads), () => torch.stack(read())) { NumbersTell = true, IsLastRow = heads[0].IsLastRow };

    private static string Joined(string note, IEnumerable<ArrangedResult> parts) =>
        string.Join(", ", parts.Select(part => part.Note).OfType<string>().Distinct().Prepend(note));
}
