using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Tokenizers;
using Llama3.Reference.Generation;

namespace Llama3.Checking.Texts.Ports;

/// <summary>Ids that a model generates, and what ends the text.</summary>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Task">The ids, and the ids and texts that stop.</param>
/// <param name="Decode">The text of ids.</param>
internal sealed record GeneratedText(ITokenizer Tokenizer, TextTask Task, Func<TextStream, string> Decode)
{
    /// <summary>The text up to the first id or text that stops, without it.</summary>
    public string Stopped
    {
        get
        {
            var text = TextOf(Before(Task.StopIds));
            return StopTexts.First(text, Task.Stop) is var (at, _) ? text[..at] : text;
        }
    }

    /// <summary>The name of a special token.</summary>
    public string NameOf(int id) => new TextStream(Tokenizer, [id], true) { IsLlama31 = Task.IsLlama31 }.Text;

    /// <summary>The ids before the first of those that stop.</summary>
    public IReadOnlyList<int> Before(IReadOnlyList<int> stop_ids) => [.. Task.Ids.TakeWhile(id => !stop_ids.Contains(id))];

    /// <summary>The text of ids; special tokens are not shown.</summary>
    public string TextOf(IEnumerable<int> ids) => Decode(new TextStream(Tokenizer, [.. ids], false));

    /// <summary>The text after each id, up to the first that stops.</summary>
    public IEnumerable<string> Growing(IReadOnlyList<int> stop_ids)
    {
        var ids = Before(stop_ids);
        return Enumerable.Range(1, ids.Count).Select(count => TextOf(ids.Take(count)));
    }
}
