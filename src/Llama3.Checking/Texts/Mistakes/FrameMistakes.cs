using Llama3.Checking.Mistakes;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Mistakes;

/// <summary>Ids are wrong, or what is put around them for the model. Those that show in tensors too are called as they are there.</summary>
internal static class FrameMistakes
{
    private const int Bos = SpecialTokens.First, EndOfText = Bos + 1, Llama2Bos = 1;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TextMistake> All { get; } =
    [
        Counted("special_ids_counted", "special tokens are numbered after the tokens of the file, of which an excerpt has fewer", "number special tokens from 128000 on, however many tokens the file holds",
            vocabulary => id => id >= Bos ? id - Bos + vocabulary.Count : id),
        Counted("ids_counted", "a token's id is the number of its line in the file, not the number on that line", "take the id from the file: an excerpt has gaps",
            LineNumbers),
        new(TextKind.Encode, "encode_with_bos", "<|begin_of_text|> is in front of texts that are encoded without it, as tasks of the kind encode are",
            "answer such tasks without special tokens (add_special_tokens=False, bos=False); prompts are a kind of their own", port => port with { Encoded = ids => [Bos, .. ids] }),
        Framed("no_bos", ids => ids[0] == Bos ? ids.Skip(1) : ids),
        Framed("bos_twice", ids => [Bos, .. ids]),
        Framed("bos_128001", ids => [EndOfText, .. ids.Skip(1)]),
        new(TextKind.Prompt, "bos_of_llama_2", "id 1, Llama 2's beginning of a text, is in front instead of <|begin_of_text|> (128000)", "read the id from the model's own files: 128000 for Llama 3",
            port => port with { Begin = [Llama2Bos], Frame = ids => port.Frame([Llama2Bos, .. ids.Skip(1)]) }),
        new(TextKind.Prompt, "bos_as_text", "the name <|begin_of_text|> is encoded as text", "put the id 128000 in front, or allow special tokens when the text with its name is encoded",
            port => port with { Frame = ids => port.Frame([.. port.Tokenizer.encode_ordinary(Llama3Template.Begin), .. ids.Skip(1)]) }),
        Framed("eos_appended", ids => [.. ids, EndOfText]),
    ];

    private static TextMistake Counted(string name, string mistake, string fix, Func<Vocabulary, Func<int, int>> ids) =>
        new(TextKind.Encode, name, mistake, fix, port => port with { Id = ids(port.Vocabulary) });

    private static Func<int, int> LineNumbers(Vocabulary vocabulary)
    {
        var lines = new Lazy<int[]>(() => [.. vocabulary.Ranks.Select(entry => entry.Rank).Order()]);
        return id => id < Bos && Array.BinarySearch(lines.Value, id) is >= 0 and var line ? line : id;
    }

    private static TextMistake Framed(string name, Func<IReadOnlyList<int>, IEnumerable<int>> frame)
    {
        var known = PromptMistakes.All.Single(mistake => mistake.Name == name);
        return new(TextKind.Prompt, name, known.Mistake, known.Fix, port => port with { Frame = ids => frame([.. port.Frame(ids)]) }) { Threads = known.Threads };
    }
}
