using System.Text.Json;

namespace Llama3.Formats.Tokenizers;

/// <summary>How conversations are laid out for Llama 3 Instruct: special tokens, and the texts between them.</summary>
internal static class Llama3Template
{
    /// <summary>What begins every text.</summary>
    public const string Begin = "<|begin_of_text|>";

    /// <summary>What begins the name of a role.</summary>
    public const string HeaderStart = "<|start_header_id|>";

    /// <summary>What ends the name of a role.</summary>
    public const string HeaderEnd = "<|end_header_id|>";

    /// <summary>What ends a turn.</summary>
    public const string EndOfTurn = "<|eot_id|>";

    /// <summary>What ends a message after which a tool answers.</summary>
    public const string EndOfMessage = "<|eom_id|>";

    /// <summary>What begins code for the interpreter.</summary>
    public const string PythonTag = "<|python_tag|>";

    /// <summary>The role of tools, whatever they are called by others.</summary>
    public const string Tools = "ipython";

    /// <summary>The date where none is given.</summary>
    public const string DefaultDate = "26 Jul 2024";

    /// <summary>The tool whose calls are code.</summary>
    public const string Interpreter = "code_interpreter";

    private const string System = "system", User = "user", Assistant = "assistant";

    /// <summary>As Meta's ChatFormat (llama-models, models/llama3/chat_format.py) does it: contents stay as they are.</summary>
    public static IEnumerable<Segment> Meta(Conversation conversation) =>
        [Segment.Special(Begin), .. conversation.messages.SelectMany(MetaMessage), .. Header(Assistant)];

    /// <summary>
    /// As the template does it that stands in the tokenizer_config.json of Llama 3.1, 3.2 and 3.3: there is always a system message, which
    /// begins with two dates, and contents lose the white space around them.
    /// </summary>
    public static IEnumerable<Segment> Dated(Conversation conversation) => Dated(conversation, PythonText.Strip);

    /// <summary>The same, with what becomes of contents.</summary>
    public static IEnumerable<Segment> Dated(Conversation conversation, Func<string, string> strip)
    {
        var (messages, tools) = (conversation.messages, conversation.tools);
        var system = messages is [{ role: System } given, ..] ? strip(given.content) : null;
        var rest = system is null ? messages : [.. messages.Skip(1)];
        List<Segment> segments =
        [
            Segment.Special(Begin),
            .. Turn(System, $"{(tools.Count > 0 ? "Environment: ipython\n" : "")}Cutting Knowledge Date: December 2023\nToday Date: {conversation.date ?? DefaultDate}\n\n{system}"),
        ];
        if (tools.Count > 0 && rest is [var first, ..])
        {
            segments.AddRange(Turn(User, Explained(tools) + strip(first.content)));
            rest = [.. rest.Skip(1)];
        }
        return [.. segments, .. rest.SelectMany(message => DatedMessage(message, strip)), .. Header(Assistant)];
    }

    /// <summary>The role between its two special tokens, and an empty line.</summary>
    public static IEnumerable<Segment> Header(string role) =>
        [Segment.Special(HeaderStart), Segment.Of(role), Segment.Special(HeaderEnd), Segment.Of("\n\n")];

    /// <summary>A message without the white space around its content.</summary>
    public static Message Stripped(Message message) => message with { content = PythonText.Strip(message.content) };

    /// <summary>A message as Meta's code has it.</summary>
    public static IEnumerable<Segment> MetaMessage(Message message) =>
    [
        .. Header(RoleOf(message)),
        .. message.tool_calls is [{ name: Interpreter }, ..] ? [Segment.Special(PythonTag)] : Array.Empty<Segment>(),
        Segment.Of(message.content),
        .. message.tool_calls.Select(call => Segment.Of(MetaCall(call))),
        Segment.Special(message.is_continued ? EndOfMessage : EndOfTurn),
    ];

    private static string RoleOf(Message message) => message.role == "tool" ? Tools : message.role;

    private static string MetaCall(ToolCall call) => call.name == Interpreter && call.arguments.TryGetProperty("code", out var code)
        ? code.ToString()
        : $"{{\"type\": \"function\", \"name\": {PythonJson.Text(call.name)}, \"parameters\": {PythonJson.Of(call.arguments)}}}";

    private static IEnumerable<Segment> DatedMessage(Message message, Func<string, string> strip) => message switch
    {
        { tool_calls: [var call, ..] } => Turn(Assistant, $"{{\"name\": \"{call.name}\", \"parameters\": {PythonJson.Of(call.arguments, ascii: false)}}}"),
        { role: "tool" or Tools } => Turn(Tools, PythonJson.Text(message.content, ascii: false)),
        _ => Turn(message.role, strip(message.content)),
    };

    /// <summary>The functions, in front of the user's first message.</summary>
    private static string Explained(IEnumerable<JsonElement> tools) =>
        "Given the following functions, please respond with a JSON for a function call with its proper arguments that best answers the given prompt.\n\n"
        + "Respond in the format {\"name\": function name, \"parameters\": dictionary of argument name and its value}.Do not use variables.\n\n"
        + string.Concat(tools.Select(tool => PythonJson.Of(tool, ascii: false, indent: 4) + "\n\n"));

    private static IEnumerable<Segment> Turn(string role, string text) => [.. Header(role), Segment.Of(text), Segment.Special(EndOfTurn)];
}
