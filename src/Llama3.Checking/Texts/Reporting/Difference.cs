using System.Globalization;
using System.Text;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Reporting;

/// <summary>Where an answer first differs from what is right, in words.</summary>
/// <param name="Place">Where.</param>
/// <param name="Expected">What is right from there on.</param>
/// <param name="Answered">What was answered instead.</param>
internal sealed record Difference(string Place, string Expected, string Answered)
{
    private const int Tokens = 6, Letters = 40, Before = 24, Probabilities = 8;

    /// <summary>The first difference of a wrong answer.</summary>
    public static Difference Of(WrongAnswer wrong, ITokenizer tokenizer) => (wrong.Expected, wrong.Answered.Answer) switch
    {
        (IdsAnswer expected, IdsAnswer answered) => OfIds(expected.Ids, answered.Ids, tokenizer),
        (StringAnswer expected, StringAnswer answered) => OfTexts(expected.Text, answered.Text),
        (ProbabilitiesAnswer expected, ProbabilitiesAnswer answered) => OfProbabilities(expected, answered),
        (var expected, FailedAnswer failed) => new("", InFull(expected, tokenizer), $"the error \"{Printable.Text(failed.Error)}\""),
        (var expected, _) => throw new InvalidOperationException($"{expected.GetType().Name} is answered by another kind"),
    };

    /// <summary>The place, what is right and what was answered, on two lines or three.</summary>
    public IEnumerable<string> Lines =>
        [.. Place.Length > 0 ? [Place] : Array.Empty<string>(), $"expected  {Expected}", $"answered  {Answered}"];

    private static Difference OfIds(IReadOnlyList<int> expected, IReadOnlyList<int> answered, ITokenizer tokenizer)
    {
        var at = expected.Zip(answered).TakeWhile(pair => pair.First == pair.Second).Count();
        var before = at > 0 ? $", after {Last(Text(tokenizer, expected.Take(at).TakeLast(Tokens)))}" : "";
        return new($"at token {at}{before}", Shown(tokenizer, expected, at), Shown(tokenizer, answered, at));
    }

    private static Difference OfTexts(string expected, string answered)
    {
        var at = expected.Zip(answered).TakeWhile(pair => pair.First == pair.Second).Count();
        if (at > 0 && char.IsHighSurrogate(expected[at - 1])) { at--; }
        return new($"at letter {at}{(at > 0 ? $", after {Last(expected[..at])}" : "")}", Rest(expected, at), Rest(answered, at));
    }

    private static Difference OfProbabilities(ProbabilitiesAnswer expected, ProbabilitiesAnswer answered)
    {
        var (right, given) = (expected.Probabilities, answered.Probabilities);
        int[] cut = [.. right.Keys.Except(given.Keys)], kept = [.. given.Keys.Except(right.Keys)];
        var place = cut.Length > 0 ? $"without {Named(cut, "may be drawn")}" : kept.Length > 0 ? $"with {Named(kept, "may not be drawn")}"
            : right.Keys.MaxBy(id => Math.Abs(right[id] - given[id])) is var id ? string.Create(CultureInfo.InvariantCulture, $"at token {id}: {given[id]:0.#####}, expected {right[id]:0.#####}") : "";
        return new(place, Drawn(expected), Drawn(answered));
    }

    private static string Named(int[] ids, string what) => ids is [var only] ? $"token {only}, which {what}" : $"{ids.Length} tokens that {what}, such as {ids[0]}";

    private static string Last(string text) => text.Length > Before ? $"…{Printable.Quoted(text[^Before..])}" : Printable.Quoted(text);

    private static string InFull(TextAnswer answer, ITokenizer tokenizer) => answer switch
    {
        IdsAnswer ids => Shown(tokenizer, ids.Ids, 0),
        StringAnswer text => Rest(text.Text, 0),
        ProbabilitiesAnswer probabilities => Drawn(probabilities),
        _ => "",
    };

    /// <summary>128007 "&lt;|end_header_id|&gt;", 271 "\n\n", …</summary>
    private static string Shown(ITokenizer tokenizer, IReadOnlyList<int> ids, int at)
    {
        var shown = string.Join(", ", ids.Skip(at).Take(Tokens).Select(id => $"{id} {Name(tokenizer, id)}"));
        return at == ids.Count ? "the end" : ids.Count > at + Tokens ? $"{shown}, … ({ids.Count} tokens in all)" : shown;
    }

    private static string Name(ITokenizer tokenizer, int id)
    {
        try
        {
            var bytes = Bytes(tokenizer, id);
            return System.Text.Unicode.Utf8.IsValid(bytes) ? Printable.Quoted(Encoding.UTF8.GetString(bytes)) : $"<{Convert.ToHexString(bytes)}>";
        }
        catch (BadInputException)
        {
            return "(none of this vocabulary)";
        }
    }

    private static string Text(ITokenizer tokenizer, IEnumerable<int> ids) => Encoding.UTF8.GetString([.. ids.SelectMany(id => Bytes(tokenizer, id))]);

    /// <summary>Of special tokens those that newer models have: older ones have reserved ones in their places.</summary>
    private static byte[] Bytes(ITokenizer tokenizer, int id) =>
        SpecialTokens.NameIn31(id) is { } added ? Encoding.UTF8.GetBytes(added) : tokenizer.decode_bytes([id]);

    private static string Rest(string text, int at) =>
        at == text.Length ? "the end" : text.Length - at > Letters ? $"{Printable.Quoted(text[at..(at + Letters)])}…" : Printable.Quoted(text[at..]);

    private static string Drawn(ProbabilitiesAnswer answer)
    {
        var tokens = answer.Probabilities.OrderByDescending(entry => entry.Value).ToList();
        var shown = string.Join(", ", tokens.Take(Probabilities).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key}: {entry.Value:0.#####}")));
        return tokens.Count switch { 0 => "no token", > Probabilities => $"{shown}, … ({tokens.Count} tokens)", _ => shown };
    }
}
