using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Tasks;

/// <summary>Reads a conversation as the APIs of chats write it: messages with a role, a content, and calls of tools.</summary>
internal static class ConversationReader
{
    private const string Calls = "a list of calls, each {\"function\": {\"name\": …, \"arguments\": {…}}}";

    /// <summary>The messages, the date and the tools of an object.</summary>
    /// <exception cref="BadInputException">A field is missing or wrong.</exception>
    public static Conversation Read(JsonElement json) => new([.. TaskReader.List(json, "messages").Select(ReadMessage)])
    {
        date = StrictJson.Field(json, "date").ValueKind == JsonValueKind.Undefined ? null : TaskReader.Text(json, "date"),
        tools = [.. TaskReader.List(json, "tools").Select(tool => tool.Clone())],
    };

    private static Message ReadMessage(JsonElement json) =>
        new(TaskReader.Text(json, "role"), StrictJson.Field(json, "content").ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? "" : TaskReader.Text(json, "content"))
        {
            tool_calls = [.. TaskReader.List(json, "tool_calls").Select(ReadCall)],
            is_continued = StrictJson.Text(json, "stop_reason") == "end_of_message",
        };

    private static ToolCall ReadCall(JsonElement json)
    {
        var function = StrictJson.Field(json, "function") is { ValueKind: JsonValueKind.Object } inner ? inner : json;
        return StrictJson.Text(function, "name") is { } name && StrictJson.Field(function, "arguments") is { ValueKind: JsonValueKind.Object } arguments
            ? new(name, arguments.Clone())
            : throw TaskReader.Wrong("tool_calls", Calls);
    }
}
