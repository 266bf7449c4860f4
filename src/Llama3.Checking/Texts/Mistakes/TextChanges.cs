using System.Text;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>A text is changed before it is encoded, or its names of special tokens are read wrongly.</summary>
internal static class TextChanges
{
    private const char LowLine = '▁';

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
    [
        Changed("text_composed", "texts are normalised to NFC, so that e and an accent become é", "encode texts as they are: Llama 3 has no normaliser", UnicodeForms.Nfc),
        Changed("text_compatibility_composed", "texts are normalised to NFKC, so that ﬁ becomes fi", "encode texts as they are: Llama 3 has no normaliser", UnicodeForms.Nfkc),
        Changed("text_decomposed", "texts are normalised to NFD, so that é becomes e and an accent", "encode texts as they are: Llama 3 has no normaliser", UnicodeForms.Nfd),
        Changed("text_trimmed", "white space around a text is dropped", "encode texts as they are: spaces and ends of lines are tokens", text => text.Trim()),
        Changed("text_with_space", "a space is put before each text, as for Llama 2", "add no prefix (add_prefix_space is false, add_dummy_prefix is Llama 2's)", text => text.Length == 0 ? text : " " + text),
        Changed("spaces_as_low_lines", "spaces become ▁ (U+2581), as for Llama 2", "encode spaces as spaces: ▁ belongs to SentencePiece", text => text.Replace(' ', LowLine)),
        Changed("line_ends_unified", @"\r\n becomes \n", "read and encode texts as bytes, without translation of the ends of lines", text => text.Replace("\r\n", "\n", StringComparison.Ordinal)),
        Changed("text_ends_at_nul", "a text ends at its first NUL", "carry the length of a text with it: a NUL is a byte like any other", text => text.Split('\0')[0]),
        Changed("byte_order_mark_dropped", "U+FEFF at the beginning is dropped", "encode U+FEFF as its three bytes", text => text.TrimStart('\uFEFF')),
        Changed("escapes_resolved", @"\n in a text, a backslash and a letter, becomes the end of a line", "encode a backslash as such; in llama.cpp's programs --no-escape does it", Resolved),
        new(TextKind.Encode, "surrogates_encoded", "a character beyond U+FFFF becomes six bytes, three for each half of its pair (CESU-8)", "encode code points in UTF-8, not units of UTF-16",
            port => port with { Bytes = text => [.. text.SelectMany(Cesu)] }),
        new(TextKind.Encode, "bytes_of_latin1", "letters become single bytes, and those beyond U+00FF a question mark", "encode texts in UTF-8", port => port with { Bytes = text => [.. text.EnumerateRunes().Select(rune => rune.Value <= 0xFF ? (byte)rune.Value : (byte)'?')] }),
        new(TextKind.Encode, "special_as_text", "names of special tokens are encoded as text where they are tokens", "look for the names of special tokens before a text is cut, and give them their ids",
            port => port with { Names = _ => NamedTokens.None }) { Threads = ["SciSharp/LLamaSharp#1112", "paiml/aprender#3993"] },
        new(TextKind.Encode, "special_from_text", "names of special tokens are tokens where they are text, so that a text can end its own turn",
            "encode what users write without special tokens (parse_special, allowed_special)", port => port with { Names = task => port.Names(task with { IsSpecial = true }) }),
        new(TextKind.Encode, "special_takes_spaces", "white space around special tokens is dropped", "keep the text around a special token as it is (lstrip and rstrip are false)",
            port => port with { BesideNames = (text, after, before) => (after, before) switch { (true, true) => text.Trim(), (true, _) => text.TrimStart(), (_, true) => text.TrimEnd(), _ => text } }),
        new(TextKind.Encode, "special_of_llama_3", "the special tokens that 3.1 has in place of reserved ones are encoded as text", "read the names of special tokens from the model's own files",
            port => port with { Names = task => port.Names(task with { IsLlama31 = false }) }),
    ];

    private static TextMistake Changed(string name, string mistake, string fix, Func<string, string> change) =>
        new(TextKind.Encode, name, mistake, fix, port => port with { Prepare = text => change(port.Prepare(text)) });

    private static string Resolved(string text) => text.Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\t", "\t", StringComparison.Ordinal);

    /// <summary>The bytes of one unit of UTF-16, as if it were a character.</summary>
    private static byte[] Cesu(char unit)
    {
        if (!char.IsSurrogate(unit)) { return Encoding.UTF8.GetBytes([unit]); }
        return [(byte)(0xE0 | (unit >> 12)), (byte)(0x80 | ((unit >> 6) & 0x3F)), (byte)(0x80 | (unit & 0x3F))];
    }
}
