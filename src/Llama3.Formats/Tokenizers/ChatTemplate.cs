using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers;

/// <summary>Recognises how a model's conversations are laid out. Templates are programs in Jinja, which are not run here.</summary>
internal static class ChatTemplate
{
    /// <summary>What the templates of Llama 3.1 and later write, and in what way they know the day.</summary>
    private const string Dates = "Cutting Knowledge Date", Clock = "strftime_now";

    private static readonly string[] Llama3 = [Llama3Template.Begin, Llama3Template.HeaderStart, Llama3Template.HeaderEnd, Llama3Template.EndOfTurn];

    /// <summary>Without backtracking, so that no template takes time that grows with its square.</summary>
    private static readonly Regex SystemLiteral = new($"{Literal('\'')}|{Literal('"')}", RegexOptions.NonBacktracking);

    private static readonly Regex Escape = new(@"\\.");

    /// <summary>What lays out conversations; without a template, Llama 3's way if the vocabulary has its tokens.</summary>
    public static Func<ITokenizer, IReadOnlyList<Message>, int[]> Read(string? template, NamedTokens special, string path)
    {
        if (Has(Llama3) && template?.Contains(Llama3Template.HeaderStart, StringComparison.Ordinal) != false)
        {
            return template?.Contains(Dates, StringComparison.Ordinal) == true ? Dated(template.Contains(Clock, StringComparison.Ordinal)) : TextFrame.Llama3.chat;
        }
        if (template is null) { return Unknown("holds no chat template, so how conversations are laid out is not known"); }
        if (!Has(ChatMl.Start, ChatMl.End) || !template.Contains(ChatMl.Start, StringComparison.Ordinal))
        {
            return Unknown("has a chat template that is neither Llama 3's (<|start_header_id|>) nor ChatML (<|im_start|>)");
        }
        var system = DefaultSystem(template);
        return (tokenizer, dialog) => new ChatMl(tokenizer, system).encode_dialog_prompt(dialog);

        bool Has(params string[] names) => Array.TrueForAll(names, name => special.Id(name) is not null);

        Func<ITokenizer, IReadOnlyList<Message>, int[]> Unknown(string what) => (_, _) => throw new BadInputException(
            $"{path} {what}; give the whole prompt as a text, without --chat");
    }

    /// <summary>With the dates of the day, or with those that the template has itself.</summary>
    private static Func<ITokenizer, IReadOnlyList<Message>, int[]> Dated(bool ofToday) => (tokenizer, dialog) => Segment.Encode(tokenizer, Llama3Template.Dated(new Conversation(dialog)
    {
        date = ofToday ? DateTime.Now.ToString("dd MMM yyyy", CultureInfo.InvariantCulture) : null,
    }));

    /// <summary>The system message that the template has as a literal; null if there is none.</summary>
    private static string? DefaultSystem(string template) => SystemLiteral.Match(template) is { Success: true } match
        ? Escape.Replace(match.Groups["text"].Value, escape => escape.Value == @"\n" ? "\n" : escape.Value[1..])
        : null;

    /// <summary>A string in these quotes that is a whole system message, up to the token that ends it.</summary>
    private static string Literal(char quote) => $@"{quote}<\|im_start\|>system(?:\\n|\n)(?<text>(?:[^{quote}\\]|\\.)*?)<\|im_end\|>";
}
