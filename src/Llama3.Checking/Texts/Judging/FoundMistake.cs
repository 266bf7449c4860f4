using Llama3.Checking.Texts.Mistakes;

namespace Llama3.Checking.Texts.Judging;

/// <summary>Mistakes that give what the port answers.</summary>
/// <param name="Together">Which were made: one, or two together.</param>
/// <param name="Others">What gives the same answers in the place of the last one; empty if nothing does.</param>
/// <param name="Explained">How many wrong answers are exactly theirs.</param>
/// <param name="Changed">How many answers they change.</param>
internal sealed record FoundMistake(IReadOnlyList<TextMistake> Together, IReadOnlyList<TextMistake> Others, int Explained, int Changed);
