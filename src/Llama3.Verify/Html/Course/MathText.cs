using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Llama3.Verify.Html.Course;

/// <summary>A formula as it is written in the steps, such as <c>x / √(mean(x²) + eps) · attention_norm</c>, as MathML: with fractions, roots and indexes.</summary>
internal sealed partial class MathText
{
    private const string Superscripts = "²ᵀ";

    private readonly string[] _tokens;
    private readonly bool[] _isSpaced;
    private int _at;

    private MathText(string formula)
    {
        var matches = Token().Matches(formula);
        _tokens = [.. matches.Select(match => match.Value)];
        _isSpaced = [.. matches.Select(match => match.Index > 0 && formula[match.Index - 1] == ' ')];
    }

    private string? Next => _at < _tokens.Length ? _tokens[_at] : null;

    /// <summary>The element <c>math</c>.</summary>
    public static string Of(string formula)
    {
        var text = new MathText(formula);
        var built = new StringBuilder();
        while (text.Next is not null) { built.Append(text.Sum()); }
        return $"<math display=\"block\">{Row(built.ToString())}</math>";
    }

    /// <summary>Everything up to a closing bracket or a comma.</summary>
    private string Sum()
    {
        if (Next is ")" or "]" or ",") { return Operator(Take()); }
        var built = new StringBuilder();
        while (Next is not (null or ")" or "]" or ",")) { built.Append(Product()); }
        return built.ToString();
    }

    /// <summary>Factors from left to right; a stroke divides all that stands before it by what comes next.</summary>
    private string Product()
    {
        if (IsOperator(Next!)) { return Operator(Take()); }
        var factors = new StringBuilder(Space() + Power());
        while (Next is "/" or "·" or "⊙")
        {
            var sign = Take();
            var before = factors.ToString();
            if (sign == "/") { factors.Clear().Append($"<mfrac>{Row(before)}{Row(Denominator())}</mfrac>"); }
            else { factors.Append(Operator(sign)).Append(Power()); }
        }
        return factors.ToString();
    }

    /// <summary>Between words: MathML shows no blanks of its own.</summary>
    private string Space() => _at > 0 && _isSpaced[_at] && char.IsLetterOrDigit(_tokens[_at - 1][^1]) ? "<mspace width=\"0.35em\"></mspace>" : "";

    /// <summary>What stands below the line: without the brackets around it, and a sum as a whole.</summary>
    private string Denominator() => Next is "(" ? Bracketed(isShown: false) : Next is "Σ" ? Operator(Take()) + Power() : Power();

    private string Power()
    {
        var built = Indexed();
        while (Next is "^" || (Next is { Length: 1 } raised && Superscripts.Contains(raised, StringComparison.Ordinal)))
        {
            var mark = Take();
            built = $"<msup>{Row(built)}{Row(mark == "^" ? Indexed() : mark == "²" ? "<mn>2</mn>" : "<mo>⊤</mo>")}</msup>";
        }
        return built;
    }

    /// <summary>A name with an index: <c>q[t, 2i]</c>.</summary>
    private string Indexed()
    {
        var built = Atom();
        while (Next is "[" && !_isSpaced[_at] && Name().IsMatch(_tokens[_at - 1]))
        {
            Take();
            built = $"<msub>{Row(built)}{Row(UpTo("]"))}</msub>";
        }
        return built;
    }

    private string Atom() => Take() switch
    {
        "√" => $"<msqrt>{Row(Next is "(" ? Bracketed(isShown: false) : Atom())}</msqrt>",
        "(" => Operator("(") + UpTo(")") + Operator(")"),
        "[" => Operator("[") + UpTo("]") + Operator("]"),
        var name when Next is "(" && Name().IsMatch(name) => Identifier(name) + Bracketed(isShown: true),
        var name when Name().IsMatch(name) => Identifier(name),
        var number when char.IsDigit(number[0]) => $"<mn>{number}</mn>",
        var other => Operator(other),
    };

    private string Bracketed(bool isShown)
    {
        Take();
        var inside = UpTo(")");
        return isShown ? Operator("(") + inside + Operator(")") : inside;
    }

    private string UpTo(string end)
    {
        var built = new StringBuilder();
        while (Next is { } next && next != end) { built.Append(next == "," ? Operator(Take()) : Sum()); }
        if (Next is not null) { Take(); }
        return built.ToString();
    }

    private string Take() => _tokens[_at++];

    private static bool IsOperator(string token) => !Name().IsMatch(token) && !char.IsDigit(token[0]) && token is not ("(" or "[" or "√");

    private static string Identifier(string name) => $"<mi>{WebUtility.HtmlEncode(name)}</mi>";

    private static string Operator(string text) => $"<mo>{WebUtility.HtmlEncode(text)}</mo>";

    private static string Row(string inside) => $"<mrow>{inside}</mrow>";

    [GeneratedRegex(@"[A-Za-z_]\w*?(?=ᵀ|²|\W|$)|\d+|\S")]
    private static partial Regex Token();

    [GeneratedRegex(@"^[A-Za-z_]\w*$")]
    private static partial Regex Name();
}
