using Llama3.Checking.Mistakes;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Tests.Reports;

/// <summary>A public report of a mistake in a port of Llama or of a model like it.</summary>
/// <param name="Thread">owner/repository#number; or an engine with its version, in which it was found by running it.</param>
/// <param name="Kind">The part of the port that it is about.</param>
/// <param name="Mistake">What went wrong, in a sentence.</param>
internal sealed record Report(string Thread, string Kind, string Mistake)
{
    /// <summary>The same mistake in the port of our own; null where it leaves no trace in tensors.</summary>
    public Recreation? Recreation { get; private init; }

    /// <summary>The same mistake with texts, if it is one.</summary>
    public TextRecreation? Texts { get; private init; }

    /// <summary>Why there is no re-creation, in a word or two; null where there is one.</summary>
    public string? LeftOut { get; private init; }

    /// <summary>Whether it can be read in public.</summary>
    public bool IsThread => Thread.Contains('#', StringComparison.Ordinal);

    public string Url => KnownMistake.Url(Thread);

    /// <summary>The same, re-created.</summary>
    public Report As(Recreation recreation) => this with { Recreation = recreation };

    /// <summary>The same, re-created with texts.</summary>
    public Report InTexts(Action<PlainTexts> make, TextKind kind, params string[] names) => this with { Texts = new(make, kind, names) };

    /// <summary>The same, left out.</summary>
    public Report Without(string why) => this with { LeftOut = why };

    public override string ToString() => $"{Thread}: {Mistake}";
}
