using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Texts.Judging;

/// <summary>A task, and what the port answers.</summary>
/// <param name="Task">What was to be done.</param>
/// <param name="Answer">The answer.</param>
internal sealed record AnsweredTask(TextTask Task, TextAnswer Answer)
{
    /// <summary>How much is to be done: short tasks are tried first.</summary>
    public int Size => Task.Text.Length + (Task.Conversation?.messages.Sum(message => message.content.Length) ?? 0) + Task.Ids.Count;
}
