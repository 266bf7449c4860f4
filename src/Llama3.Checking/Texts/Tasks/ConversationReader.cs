using System.Text.Json;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Tasks;

/// <summary>Reads a conversation as the APIs of chats write it: messages with a role, a content, and calls of tools.</summary>
internal static class ConversationReader
{
    /// <summary>The messages, the date and the tools of an object.</summary>
    /// <param name="json">The object.</param>
    /// <param name="isDated">Whether it is for the template of 3.1 and later, which refuses some.</param>
    /// <exception cref="BadInputException">A field is missing or wrong.</exception>
    public static Conversation Read(JsonElement json, bool isDated)
    {
        var conversation = new Conversation([.. TaskReader.List(json, "messages").Select(ReadMessage)])
        {
            date = StrictJson.Field(json, "date").ValueKind == JsonValueKind.Undefined ? null : TaskReader.Text(json, "date"),
            tools = [.. TaskReader.List(json, "tools").Select(tool => tool.Clone())],
        };
        if (isDated && conversation.messages.Any(message => message.tool_calls.Count > 1)) { throw new BadInputException("a message calls several tools: the template of 3.1 and later takes one at a time"); }
        if (isDated && conversation.tools.Count > 0 && conversation.messages.All(message => message.role == "system"))
        {
            throw new BadInputException("\"tools\" need a user's message: the template of 3.1 and later puts them in front of it");
        }
        return conversation;
    }

    private static Message ReadMessage(JsonElement json) =>
        new(TaskReader.Text(json, "role"), StrictJson.Field(json, "content").ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? "" : TaskReader.Text(json, "content"))
        {
            tool_calls = [.. TaskReader.List(json, "tool_calls").Select(ReadCall)],
            is_continued = StrictJson.Text(json, "stop_reason") == "end_of_message",
        };

    /// <summary>A call may stand in "function", and its arguments may be an object, or a text that holds one.</summary>
    private static ToolCall ReadCall(JsonElement json)
    {
        var function = StrictJson.Field(json, "function") is { ValueKind: JsonValueKind.Object } inner ? inner : json;
        return new(TaskReader.Text(function, "name"), Arguments(function));
    }

    private static JsonElement Arguments(JsonElement function)
    {
        var arguments = StrictJson.Field(function, "arguments");
        return arguments.ValueKind switch
        {
            JsonValueKind.Object => arguments.Clone(),
            JsonValueKind.String => StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(JsonString.Of(arguments)!), "\"arguments\" is a text that holds no JSON object", json => json.Clone()),
            _ => throw TaskReader.Wrong(function, "arguments", "an object"),
        };
    }
}
