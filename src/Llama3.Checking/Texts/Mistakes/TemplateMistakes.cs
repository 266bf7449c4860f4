using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;
using static Llama3.Formats.Tokenizers.Llama3Template;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>A conversation is laid out wrongly.</summary>
internal static class TemplateMistakes
{
    private const string Newlines = "\n\n", ParseNames = "encode the laid out prompt so that names of special tokens become tokens (parse_special, allowed_special)";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
    [
        Layout("template_newlines_missing", "the two newlines after <|end_header_id|> are missing", "put \"\\n\\n\" (token 271) after every <|end_header_id|>, the last one too",
            ["ShishirPatil/gorilla#626"], segments => AfterHeaders(segments, "")),
        Layout("template_one_newline", "one newline, not two, comes after <|end_header_id|>", "put \"\\n\\n\" (token 271) after every <|end_header_id|>, the last one too",
            [], segments => AfterHeaders(segments, "\n")),
        Layout("template_open_header", "the two newlines after the last <|end_header_id|> are missing", "end the prompt with <|end_header_id|> and \"\\n\\n\" (token 271): the answer comes after them",
            [], segments => segments.SkipLast(1)),
        Layout("template_answer_not_begun", "the header of the assistant's answer is missing at the end", "end the prompt with the assistant's header (add_generation_prompt)",
            [], segments => segments.SkipLast(4)),
        Dated("template_answer_not_begun_with_dates", "the header of the assistant's answer is missing at the end of conversations by the template of 3.1 and later",
            "set add_generation_prompt: the template of Llama 3 always adds the header, that of 3.1 and later only then", [], (port, conversation) => port.Dated(conversation).SkipLast(4)),
        Layout("template_newline_after_turn", "a newline comes after <|eot_id|>", "put nothing between <|eot_id|> and the next <|start_header_id|>",
            [], segments => segments.SelectMany(segment => IsEnd(segment) ? [segment, Segment.Of("\n")] : new[] { segment })),
        Layout("template_turns_not_ended", "turns end without <|eot_id|>", "put <|eot_id|> (128009) after each message", [], segments => segments.Where(segment => !IsEnd(segment))),
        Layout("template_ends_of_text", "turns end with <|end_of_text|> (128001) instead of <|eot_id|> (128009)", "put <|eot_id|> (128009) after each message; <|end_of_text|> ends a whole text",
            [], segments => segments.Select(segment => IsEnd(segment) ? Segment.Special("<|end_of_text|>") : segment)),
        Layout("template_eom_as_eot", "a message after which a tool answers ends with <|eot_id|> instead of <|eom_id|>", "end such a message with <|eom_id|> (128008)",
            [], segments => segments.Select(segment => segment == Segment.Special(EndOfMessage) ? Segment.Special(EndOfTurn) : segment)),
        Layout("template_python_tag_missing", "<|python_tag|> is missing in front of code", "put <|python_tag|> (128010) in front of what the code interpreter is to run",
            [], segments => segments.Where(segment => segment != Segment.Special(PythonTag))),
        Layout("template_bos_for_each_turn", "<|begin_of_text|> comes before every turn", "put <|begin_of_text|> in front of the whole conversation, once",
            [], segments => WithoutBegin(segments).SelectMany(segment => segment == Segment.Special(HeaderStart) ? [Segment.Special(Begin), segment] : new[] { segment })),
        Layout("template_names_as_text", "the template's special tokens are encoded as text, <|begin_of_text|> too", ParseNames,
            ["SciSharp/LLamaSharp#1112"], segments => [Segment.Of(Text(segments))]),
        Layout("template_names_as_text_after_bos", "the template's special tokens are encoded as text, but for <|begin_of_text|>", ParseNames,
            ["SciSharp/LLamaSharp#1112"], segments => [Segment.Special(Begin), Segment.Of(Text(WithoutBegin(segments)))]),
        Layout("template_spaces_around_roles", "the role stands between spaces", "put the role between <|start_header_id|> and <|end_header_id|> without spaces", [],
            segments => Roles(segments, role => $" {role} ")),
        Layout("template_tool_role", "the role of a tool's answer is called tool, not ipython", "call the role of a tool's answer ipython", [],
            segments => Roles(segments, role => role == Tools ? "tool" : role)),
        Layout("template_chatml", "conversations are laid out as ChatML: <|im_start|>role, the content, <|im_end|>, which are no tokens of Llama 3",
            "use the template of Llama 3: <|start_header_id|>role<|end_header_id|>, an empty line, the content, <|eot_id|>", [], ChatMl),
        Messages("template_system_dropped", "the system message is left out", "lay out the system message as the first turn", dialog => [.. dialog.SkipWhile(message => message.role == "system")]),
        Messages("template_system_with_user", "the system message is put in front of the user's first message, as for Llama 2", "lay out the system message as a turn of its own", SystemWithUser),
        Messages("template_last_message_only", "only the last message reaches the model", "lay out all messages of the conversation", dialog => [.. dialog.TakeLast(1)]),
        Dated("template_dates_missing", "the two lines with dates in the system message are missing, and where there is no system message the whole turn is",
            "begin the system message of 3.1 and later with \"Cutting Knowledge Date: December 2023\\nToday Date: …\\n\\n\", also where the user gives none",
            ["mlc-ai/mlc-llm#3002"], (port, conversation) => port.Undated(conversation)),
        Dated("template_dates_missing_without_system", "where the conversation has no system message, there is no turn with the two dates either",
            "begin with a system turn that holds the two dates, also where the user gives no system message",
            ["mlc-ai/mlc-llm#3002"], (port, conversation) => conversation.messages is [{ role: "system" }, ..] ? port.Dated(conversation) : port.Undated(conversation)),
        Dated("template_date_is_fixed", "the second date is always 26 Jul 2024, whatever the day is", "pass the day of today to the template (date_string), or let it ask for it (strftime_now)", [],
            (port, conversation) => port.Dated(conversation with { date = DefaultDate })),
        Dated("template_today_missing", "the line with the date of today is missing", "write both lines: Cutting Knowledge Date, and Today Date", [],
            (port, conversation) => Texts(port.Dated(conversation), text => text.Replace($"Today Date: {conversation.date ?? DefaultDate}\n", "", StringComparison.Ordinal))),
    ];

    private static TextMistake Layout(string name, string mistake, string fix, string[] threads, Func<IEnumerable<Segment>, IEnumerable<Segment>> change) =>
        new(TextKind.Conversation, name, mistake, fix, port => port with { Layout = segments => change(port.Layout(segments)) }) { Threads = threads };

    private static TextMistake Messages(string name, string mistake, string fix, Func<IReadOnlyList<Message>, IReadOnlyList<Message>> change) =>
        new(TextKind.Conversation, name, mistake, fix, port => port with
        {
            Messages = conversation => port.Messages(conversation) is var given ? given with { messages = change(given.messages) } : null!,
        });

    private static TextMistake Dated(string name, string mistake, string fix, string[] threads, Func<TextPort, Conversation, IEnumerable<Segment>> dated) =>
        new(TextKind.Conversation, name, mistake, fix, port => port with { Dated = conversation => dated(port, conversation) }) { Threads = threads };

    private static IEnumerable<Segment> WithoutBegin(IEnumerable<Segment> segments) => segments.SkipWhile(segment => segment == Segment.Special(Begin) || segment.Text.Length == 0);

    private static string Text(IEnumerable<Segment> segments) => string.Concat(segments.Select(segment => segment.Text));

    private static bool IsEnd(Segment segment) => segment is { IsSpecial: true, Text: EndOfTurn or EndOfMessage };

    private static IEnumerable<Segment> AfterHeaders(IEnumerable<Segment> segments, string instead) => After(segments, HeaderEnd, _ => instead);

    private static IEnumerable<Segment> Roles(IEnumerable<Segment> segments, Func<string, string> change) => After(segments, HeaderStart, change);

    private static IEnumerable<Segment> After(IEnumerable<Segment> segments, string name, Func<string, string> change)
    {
        var isAfter = false;
        foreach (var segment in segments)
        {
            yield return isAfter ? Segment.Of(change(segment.Text)) : segment;
            isAfter = segment == Segment.Special(name);
        }
    }

    private static IEnumerable<Segment> Texts(IEnumerable<Segment> segments, Func<string, string> change) =>
        segments.Select(segment => segment.IsSpecial ? segment : Segment.Of(change(segment.Text)));

    private static IReadOnlyList<Message> SystemWithUser(IReadOnlyList<Message> dialog) => dialog is [{ role: "system" } system, { role: "user" } user, ..]
        ? [user with { content = $"{system.content}\n\n{user.content}" }, .. dialog.Skip(2)]
        : dialog;

    private static IEnumerable<Segment> ChatMl(IEnumerable<Segment> segments)
    {
        var text = string.Concat(WithoutBegin(Segment.Joined(segments)).Select(segment => segment.Text switch
        {
            Begin => "",
            HeaderStart => "<|im_start|>",
            HeaderEnd => "\n",
            EndOfTurn or EndOfMessage => "<|im_end|>\n",
            var other when !segment.IsSpecial && other.StartsWith(Newlines, StringComparison.Ordinal) => other[Newlines.Length..],
            var other => other,
        }));
        return [Segment.Special(Begin), Segment.Of(text)];
    }
}
