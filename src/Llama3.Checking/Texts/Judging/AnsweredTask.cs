using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Texts.Judging;

/// <summary>A task, and what the port answers.</summary>
/// <param name="Task">What was to be done.</param>
/// <param name="Answer">The answer.</param>
internal sealed record AnsweredTask(TextTask Task, TextAnswer Answer)
{
    /// <summary>How much is to be done, in letters, ids or scores: short tasks are tried first.</summary>
    public int Size => Task.Text.Length + (Task.Conversation?.messages.Sum(message => message.content.Length) ?? 0) + Task.Ids.Count + (Task.Sampling?.Logits.Count ?? 0);

    /// <summary>Whether the port could not do it.</summary>
    public bool IsError => Answer is FailedAnswer;
}
