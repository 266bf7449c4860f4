namespace Llama3.Checking.Reading;

/// <summary>A part of a step's result, in the reference's layout.</summary>
/// <param name="AllHeads">Whether it holds all heads of a layer, on a leading axis.</param>
/// <param name="Note">What is unusual in its layout.</param>
/// <param name="Read">Reads it.</param>
internal sealed record ResultPart(bool AllHeads, string? Note, Func<Tensor> Read)
{
    /// <summary>Pieces laid behind each other along an axis.</summary>
    public static ResultPart Cat(IReadOnlyList<ResultPart> pieces, long axis, string note) =>
        new(pieces[0].AllHeads, Joined(note, pieces), () => torch.cat([.. pieces.Select(piece => piece.Read())], axis));

    /// <summary>One piece per head, on a new leading axis.</summary>
    public static ResultPart Stack(IReadOnlyList<ResultPart> heads) =>
        new(AllHeads: true, Joined("one tensor per head", heads), () => torch.stack(heads.Select(head => head.Read())));

    private static string Joined(string note, IEnumerable<ResultPart> pieces) =>
        string.Join(", ", pieces.Select(piece => piece.Note).OfType<string>().Distinct().Prepend(note));
}
