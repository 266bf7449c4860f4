using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Texts.Judging;

/// <summary>What is said of all tasks of a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Answered">What was answered; tasks of the port's own among it.</param>
/// <param name="Unanswered">The tasks of the list that were not.</param>
/// <param name="Wrong">The wrong answers, in the order of the file.</param>
/// <param name="Ways">What the port does differently without being wrong.</param>
/// <param name="Mistakes">The mistakes that were made.</param>
/// <param name="Unexplained">How many wrong answers no known mistake gives.</param>
internal sealed record KindReport(
    TextKind Kind, IReadOnlyList<AnsweredTask> Answered, IReadOnlyList<TextTask> Unanswered, IReadOnlyList<WrongAnswer> Wrong, IReadOnlyList<HonestWay> Ways, IReadOnlyList<FoundMistake> Mistakes, int Unexplained)
{
    /// <summary>Whether all that was answered is right.</summary>
    public bool Passed => Wrong.Count == 0;

    /// <summary>Whether anything was.</summary>
    public bool IsAnswered => Answered.Count > 0;
}
