namespace Llama3.Formats.Tokenizers;

/// <summary>One turn of a conversation.</summary>
/// <param name="role">The speaker: "system", "user", "assistant" or "tool", or any other text.</param>
/// <param name="content">The text; the templates of most models drop the white space around it.</param>
public sealed record Message(string role, string content)
{
    /// <summary>What the assistant calls; none in most messages.</summary>
    public IReadOnlyList<ToolCall> tool_calls { get; init; } = [];

    /// <summary>Whether the assistant waits for what a tool says: its message then ends with <c>&lt;|eom_id|&gt;</c>, and its turn goes on.</summary>
    public bool is_continued { get; init; }
}
