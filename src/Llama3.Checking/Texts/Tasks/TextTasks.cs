using System.Text;
using Llama3.Checking.Goldens;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Tasks;

/// <summary>The tasks of <c>llama3verify texts</c>. The file holds no answers.</summary>
internal static class TextTasks
{
    /// <summary>How the ids of tasks begin that are made of a vocabulary.</summary>
    public const string OfVocabulary = "vocabulary-";

    private const string File = "fixtures/texts.jsonl";
    private const int TokensInOneText = 100;

    /// <summary>The file's lines, as they are printed.</summary>
    public static IReadOnlyList<string> Lines { get; } = Encoding.UTF8.GetString(Fixtures.Read(File)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static readonly Lazy<IReadOnlyList<TextTask>> Read = new(() =>
        [.. Lines.Select(line => StrictJson.Parse(Encoding.UTF8.GetBytes(line), "not a JSON object", json => TaskReader.Read(json, TaskReader.Text(json, "id"), TaskReader.KindOf(json)!.Value)))]);

    /// <summary>The same, to be judged by.</summary>
    public static IReadOnlyList<TextTask> All => Read.Value;

    /// <summary>Texts in which each token of a vocabulary occurs that is a text by itself.</summary>
    public static IEnumerable<TextTask> Of(Vocabulary vocabulary) => vocabulary.Ranks
        .Where(entry => System.Text.Unicode.Utf8.IsValid(entry.Token)).OrderBy(entry => entry.Rank).Chunk(TokensInOneText)
        .Select((tokens, index) => new TextTask($"{OfVocabulary}{index + 1}", TextKind.Encode)
        {
            Text = Encoding.UTF8.GetString([.. tokens.SelectMany(entry => entry.Token)]),
        });
}
