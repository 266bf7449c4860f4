using System.Text.RegularExpressions;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Gguf;

/// <summary>Recognises how a model's conversations are laid out. Templates are programs in Jinja, which are not run here.</summary>
internal static class ChatTemplate
{
    private const string Header = "<|start_header_id|>";

    private static readonly string[] Llama3 = ["<|begin_of_text|>", Header, "<|end_header_id|>", "<|eot_id|>"];

    /// <summary>Without backtracking, so that no template takes time that grows with its square.</summary>
    private static readonly Regex SystemLiteral = new($"{Literal('\'')}|{Literal('"')}", RegexOptions.NonBacktracking);

    private static readonly Regex Escape = new(@"\\.");

    /// <summary>What lays out conversations; without a template, Llama 3's way if the vocabulary has its tokens.</summary>
    public static Func<ITokenizer, IReadOnlyList<Message>, int[]> Read(string? template, NamedTokens special, string path)
    {
        if (Has(Llama3) && template?.Contains(Header, StringComparison.Ordinal) != false) { return TextFrame.Llama3.chat; }
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

    /// <summary>The system message that the template has as a literal; null if there is none.</summary>
    private static string? DefaultSystem(string template) => SystemLiteral.Match(template) is { Success: true } match
        ? Escape.Replace(match.Groups["text"].Value, escape => escape.Value == @"\n" ? "\n" : escape.Value[1..])
        : null;

    /// <summary>A string in these quotes that is a whole system message, up to the token that ends it.</summary>
    private static string Literal(char quote) => $@"{quote}<\|im_start\|>system(?:\\n|\n)(?<text>(?:[^{quote}\\]|\\.)*?)<\|im_end\|>";
}
