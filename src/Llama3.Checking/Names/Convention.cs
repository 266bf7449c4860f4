using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Names;

/// <summary>How one implementation calls what it computes: a table of its names.</summary>
/// <param name="Name">Whose names these are, such as "Hugging Face".</param>
/// <param name="Names">Each name, with "{n}" where the number of the layer stands, and the step whose result it is.</param>
internal sealed record Convention(string Name, IReadOnlyList<(string Template, ArticleStep Step)> Names)
{
    /// <summary>The names of the cosines and sines of freqs_cis; null where they are not tables of their own.</summary>
    public (string Cosines, string Sines)? Tables { get; init; }

    /// <summary>Names of several results in one tensor, side by side in this order.</summary>
    public IReadOnlyList<FusedAlias> Fused { get; init; } = [];

    /// <summary>The names of single results.</summary>
    public IEnumerable<Alias> Aliases =>
    [
        .. Names.Select(name => new Alias(Name, name.Template, name.Step)),
        .. Tables is var (cosines, sines)
            ? [new Alias(Name, cosines, ArticleSteps.freqs_cis, AliasPart.Cosines), new Alias(Name, sines, ArticleSteps.freqs_cis, AliasPart.Sines)]
            : Array.Empty<Alias>(),
    ];
}
