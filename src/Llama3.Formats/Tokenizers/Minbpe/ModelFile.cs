using System.Globalization;
using System.Text;
using Llama3.Formats.Input;

namespace Llama3.Formats.Tokenizers.Minbpe;

/// <summary>The file in which minbpe keeps a tokenizer: version, pattern, special tokens, and the merges in the order of their ids.</summary>
internal sealed class ModelFile
{
    private const string Version = "minbpe v1";
    private const int MaxFileBytes = 64 << 20;
    private const int MaxTokenBytes = 1 << 20;
    private const int MaxVocabularyBytes = 256 << 20;

    private readonly string _path;
    private readonly string[] _lines;
    private int _line;

    private ModelFile(string path, string[] lines)
    {
        (_path, _lines) = (path, lines);
        if (Line() != Version) { throw Error($"expected \"{Version}\""); }
        Pattern = Line();
        var count = Numbers(Line(), 1)[0];
        for (var special = 0; special < count; special++) { AddSpecial(); }
        for (var (idx, bytes) = (256, 0L); _line < _lines.Length; idx++) { AddMerge(idx, ref bytes); }
        foreach (var (special, id) in SpecialTokens) { Vocab[id] = Encoding.UTF8.GetBytes(special); }
    }

    public string Pattern { get; }

    public OrderedDictionary<string, int> SpecialTokens { get; } = [];

    public OrderedDictionary<(int, int), int> Merges { get; } = [];

    public OrderedDictionary<int, byte[]> Vocab { get; } = Bytes();

    /// <summary>The vocabulary before training: one token for each byte.</summary>
    public static OrderedDictionary<int, byte[]> Bytes() =>
        new(Enumerable.Range(0, 256).Select(value => KeyValuePair.Create(value, new[] { (byte)value })));

    /// <summary>Reads a file.</summary>
    /// <exception cref="BadInputException">The file is not such a file; the message names the line.</exception>
    public static ModelFile Read(string path)
    {
        var text = Encoding.UTF8.GetString(InputFile.Read(path, stream => stream.ReadAll(MaxFileBytes, path)));
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        return new ModelFile(path, lines[^1].Length == 0 ? lines[..^1] : lines);
    }

    /// <summary>The text of a file.</summary>
    /// <exception cref="BadInputException">The pattern or a special token would not be read back.</exception>
    public static string Text(string pattern, OrderedDictionary<string, int> special_tokens, OrderedDictionary<(int, int), int> merges)
    {
        if (pattern != PythonText.Strip(pattern) || pattern.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new BadInputException("the split pattern begins or ends with white space or has several lines, which the file cannot hold");
        }
        if (special_tokens.Keys.FirstOrDefault(name => name.Length == 0 || name.Any(PythonText.IsSpace)) is { } special)
        {
            throw new BadInputException($"the special token \"{Printable.Text(special)}\" is empty or has white space, which the file cannot hold");
        }
        IEnumerable<string> lines =
        [
            Version, pattern, $"{special_tokens.Count}",
            .. special_tokens.Select(special => $"{special.Key} {special.Value}"),
            .. merges.Keys.Select(pair => $"{pair.Item1} {pair.Item2}"),
        ];
        return string.Concat(lines.Select(line => $"{line}\n"));
    }

    private void AddSpecial()
    {
        var parts = Line().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2) { throw Error("expected a special token and its id"); }
        if (!SpecialTokens.TryAdd(parts[0], Numbers(parts[1], 1)[0])) { throw Error("this special token is already on an earlier line"); }
    }

    private void AddMerge(int idx, ref long bytes)
    {
        var pair = Numbers(Line(), 2);
        if (pair.Max() >= idx) { throw Error($"token {pair.Max()} does not exist yet: this line makes token {idx}"); }
        if (!Merges.TryAdd((pair[0], pair[1]), idx)) { throw Error("this pair is already on an earlier line"); }
        var (left, right) = (Vocab[pair[0]], Vocab[pair[1]]);
        bytes += left.Length + right.Length;
        if (left.Length + right.Length > MaxTokenBytes || bytes > MaxVocabularyBytes)
        {
            throw Error($"token {idx} has {left.Length + right.Length:N0} bytes, expected at most {MaxTokenBytes:N0}, "
                + $"and {MaxVocabularyBytes:N0} for all tokens");
        }
        Vocab.Add(idx, [.. left, .. right]);
    }

    private string Line() => _line < _lines.Length ? PythonText.Strip(_lines[_line++]) : throw Error("the file ends before it is complete");

    private int[] Numbers(string line, int count)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var numbers = new int[count];
        var isRead = parts.Length == count && parts.Index()
            .All(part => int.TryParse(part.Item, NumberStyles.None, CultureInfo.InvariantCulture, out numbers[part.Index]));
        return isRead ? numbers : throw Error($"\"{Printable.Text(line)}\" is not {(count == 1 ? "a number" : "two ids")}");
    }

    private BadInputException Error(string what) => new($"{_path}, line {_line}: {what}");
}
