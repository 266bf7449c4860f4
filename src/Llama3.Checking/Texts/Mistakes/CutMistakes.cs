using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>A text is cut at the wrong places before bytes are merged.</summary>
internal static class CutMistakes
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)", Words = @"[^\r\n\p{L}\p{N}]?\p{L}+", Digits = @"\p{N}{1,3}", Symbols = @" ?[^\s\p{L}\p{N}]+[\r\n]*",
        LineEnds = @"\s*[\r\n]+", BeforeText = @"\s+(?!\S)", Spaces = @"\s+";

    private const string UsePattern = "cut texts by Llama 3's pattern: " + TokenizerJson.Pattern;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
    [
        Cut("gpt2_pattern", "texts are cut by GPT-2's pattern, with numbers of any length and no rule for the ends of lines",
            UsePattern, ["ggml-org/llama.cpp#6920"], @"'s|'t|'re|'ve|'m|'ll|'d", @" ?\p{L}+", @" ?\p{N}+", @" ?[^\s\p{L}\p{N}]+", BeforeText, Spaces),
        Cut("gpt4o_pattern", "texts are cut by GPT-4o's pattern, where words end before a capital letter",
            UsePattern, [], @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + Contractions + "?",
            @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + Contractions + "?", Digits, @" ?[^\s\p{L}\p{N}]+[\r\n/]*", LineEnds, BeforeText, Spaces),
        new(TextKind.Encode, "pattern_missing", "texts are not cut before bytes are merged, so that merges run across spaces and punctuation",
            "cut texts by Llama 3's pattern, and merge the bytes of each piece alone", port => port with { Cut = text => text.Length == 0 ? [] : [text] })
        {
            Threads = ["1bit-MONSTER/1bit-MONSTER#92"],
        },
        Cut("digits_one_by_one", "each digit is a piece, as in Llama 2", @"let a piece have up to three digits: \p{N}{1,3}", [],
            Contractions, Words, @"\p{N}", Symbols, LineEnds, BeforeText, Spaces),
        Cut("digits_not_grouped", "a number of any length is one piece", @"let a piece have at most three digits: \p{N}{1,3}", [],
            Contractions, Words, @"\p{N}+", Symbols, LineEnds, BeforeText, Spaces),
        Cut("digits_from_the_right", "digits are grouped in threes from the right", "group digits from the left: 1234 is 123 and 4", [],
            Contractions, Words, @"\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))", Symbols, LineEnds, BeforeText, Spaces),
        Cut("contractions_in_small_letters", "'s, 't, 're, 've, 'm, 'll and 'd are pieces in small letters alone", "match contractions in capitals too: (?i:'s|'t|…)", [],
            "'s|'t|'re|'ve|'m|'ll|'d", Words, Digits, Symbols, LineEnds, BeforeText, Spaces),
        Cut("contractions_missing", "'s, 't, 're, 've, 'm, 'll and 'd are no pieces of their own: the apostrophe goes to all letters after it",
            "begin the pattern with (?i:'s|'t|'re|'ve|'m|'ll|'d)", [], Words, Digits, Symbols, LineEnds, BeforeText, Spaces),
        Cut("letters_of_ascii", @"\p{L} and \p{N} are taken for A-Z, a-z and 0-9", "let the pattern know the letters and digits of all scripts", [],
            Contractions, @"[^\r\nA-Za-z0-9]?[A-Za-z]+", "[0-9]{1,3}", @" ?[^\sA-Za-z0-9]+[\r\n]*", LineEnds, BeforeText, Spaces),
        Cut("marks_are_letters", @"accents and vowel signs (\p{M}) count as letters", @"let words be of \p{L} alone", [],
            Contractions, @"[^\r\n\p{L}\p{M}\p{N}]?[\p{L}\p{M}]+", Digits, @" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*", LineEnds, BeforeText, Spaces),
        Cut("white_space_of_ascii", @"\s is taken for the white space of ASCII, so that other spaces count as punctuation", @"let \s match all white space of Unicode", [],
            Contractions, Words, Digits, @" ?[^ \t\n\r\f\v\p{L}\p{N}]+[\r\n]*", @"[ \t\n\r\f\v]*[\r\n]+", @"[ \t\n\r\f\v]+(?![^ \t\n\r\f\v])", @"[ \t\n\r\f\v]+"),
        Cut("lookahead_missing", @"\s+(?!\S) is left out, so that a run of spaces takes the one before the next word",
            @"leave the last space to the word after it; without lookahead, give one character of the run back", [], Contractions, Words, Digits, Symbols, LineEnds, Spaces),
        Cut("line_ends_in_spaces", @"\s*[\r\n]+ is left out, so that the ends of lines are treated as other spaces", @"put \s*[\r\n]+ before \s+(?!\S)", [],
            Contractions, Words, Digits, Symbols, BeforeText, Spaces),
        Cut("line_ends_not_after_symbols", "punctuation does not take the ends of lines after it", @"let punctuation end with [\r\n]*: "" ?[^\s\p{L}\p{N}]+[\r\n]*""", [],
            Contractions, Words, Digits, @" ?[^\s\p{L}\p{N}]+", LineEnds, BeforeText, Spaces),
        Cut("only_spaces_before_words", "a word takes a space before it, and no other character", @"let a word take one character that is no letter, digit or end of a line: [^\r\n\p{L}\p{N}]?\p{L}+", [],
            Contractions, @" ?\p{L}+", Digits, Symbols, LineEnds, BeforeText, Spaces),
        new(TextKind.Encode, "utf16_pattern", "the pattern sees a character beyond U+FFFF as two that are neither letters nor digits",
            "match code points, not units of UTF-16: 𝐀 is a letter", port => port with { Cut = Units })
        {
            Threads = [],
        },
    ];

    private static TextMistake Cut(string name, string mistake, string fix, string[] threads, params string[] parts)
    {
        var cut = new Lazy<RegexCut>(() => new RegexCut(string.Join('|', parts)));
        return new(TextKind.Encode, name, mistake, fix, port => port with { Cut = text => cut.Value.Pieces(text) }) { Threads = threads };
    }

    /// <summary>A half of a pair is replaced by a symbol to find the places of cuts.</summary>
    private static IEnumerable<string> Units(string text)
    {
        var start = 0;
        foreach (var length in TextSplitter.Split(string.Concat(text.Select(unit => char.IsSurrogate(unit) ? '☺' : unit))).Select(piece => piece.Length))
        {
            yield return text.Substring(start, length);
            start += length;
        }
    }
}
