using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Judging;

/// <summary>What is said of all answers.</summary>
/// <param name="Kinds">All kinds, in their order; of some, nothing may have been answered.</param>
internal sealed record TextReport(IReadOnlyList<KindReport> Kinds)
{
    /// <summary>Judges.</summary>
    /// <param name="answered">What was answered.</param>
    /// <param name="tokenizer">Llama 3's tokenizer.</param>
    /// <param name="listed">The tasks of the list.</param>
    public static TextReport Of(IReadOnlyList<AnsweredTask> answered, ITokenizer tokenizer, IReadOnlyList<TextTask> listed)
    {
        var (reports, ids) = (new List<KindReport>(), answered.Select(task => task.Task.Id).ToHashSet());
        foreach (var kind in Enum.GetValues<TextKind>())
        {
            var unanswered = listed.Where(task => task.Kind == kind && !ids.Contains(task.Id)).ToList();
            reports.Add(new KindJudge(tokenizer, kind, [.. answered.Where(task => task.Task.Kind == kind)]).Report(unanswered, reports));
        }
        return new(reports);
    }
}
