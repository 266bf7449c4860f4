using System.Text.Json;
using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Input;
using Llama3.Formats.Tokenizers;

namespace Llama3.Checking.Texts.Judging;

/// <summary>Reads what a port answered: a JSON object on each line.</summary>
internal sealed class AnswerFile
{
    private const int MostBytesOfALine = 32 << 20;
    private const int MostIds = 8 << 20;
    private const int MostLetters = 16 << 20;
    private const double AlmostOne = 1.001;

    private readonly string _path;
    private readonly ITokenizer _tokenizer;
    private readonly TextPort _right;
    private readonly bool _isExcerpt;
    private readonly IReadOnlyDictionary<string, TextTask> _listed;
    private readonly Dictionary<string, int> _lines = [];
    private int _number, _ids, _letters;

    private AnswerFile(string path, ITokenizer tokenizer, bool isExcerpt, IEnumerable<TextTask> listed) =>
        (_path, _tokenizer, _right, _isExcerpt, _listed) = (path, tokenizer, new(tokenizer), isExcerpt, listed.ToDictionary(task => task.Id));

    /// <summary>All answers.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="path">Its name in messages.</param>
    /// <param name="tokenizer">The tokenizer by which it is judged.</param>
    /// <param name="isExcerpt">Whether that is an excerpt of Llama 3's, made for the texts of the list.</param>
    /// <param name="listed">The tasks of the list.</param>
    /// <exception cref="BadInputException">A line cannot be used; the message has its number.</exception>
    public static IReadOnlyList<AnsweredTask> Read(Stream stream, string path, ITokenizer tokenizer, bool isExcerpt, IEnumerable<TextTask> listed) =>
        new AnswerFile(path, tokenizer, isExcerpt, listed).Read(stream);

    private List<AnsweredTask> Read(Stream stream)
    {
        var answered = new List<AnsweredTask>();
        foreach (var line in LineReader.Lines(stream, _path, MostBytesOfALine))
        {
            _number++;
            if (Utf8.WithoutByteOrderMark(line).Span.ContainsAnyExcept(" \t\r"u8)) { answered.Add(Read(line)); }
        }
        return answered.Count > 0 ? answered : throw new BadInputException($"{_path} holds no answers: expected a JSON object on each line, such as {{\"id\": \"digits-1\", \"ids\": [2983]}}; of a pipe, read standard input: --texts -");
    }

    private AnsweredTask Read(byte[] line)
    {
        try
        {
            if (LooksLikeUtf16(line)) { throw new BadInputException("this is UTF-16, expected UTF-8"); }
            if (!System.Text.Unicode.Utf8.IsValid(line)) { throw new BadInputException("this is not UTF-8"); }
            return StrictJson.Parse(Utf8.WithoutByteOrderMark(line), "this is not a JSON object on a line of its own", Read);
        }
        catch (Exception error) when (error is BadInputException or InvalidDataException)
        {
            throw new BadInputException(Printable.Line($"{_path}, line {_number}: {error.Message}"), error);
        }
    }

    private AnsweredTask Read(JsonElement json)
    {
        var id = Id(json);
        if (!_lines.TryAdd(id, _number)) { throw new BadInputException($"\"{Printable.Text(id)}\" was answered on line {_lines[id]} already"); }
        var task = TaskOf(json, id);
        var answered = new AnsweredTask(task, AnswerOf(json, task));
        _letters += answered.Size;
        return _letters <= MostLetters ? answered : throw new BadInputException($"the texts up to this one have more than {MostLetters:N0} letters together; split the file");
    }

    private static string Id(JsonElement json) => StrictJson.Text(json, "id") is { Length: > 0 } id ? id : throw TaskReader.Wrong(json, "id", "the id of a line of llama3verify texts, or a name of your own");

    /// <summary>A line may repeat what was asked, or ask something of its own.</summary>
    private TextTask TaskOf(JsonElement json, string id)
    {
        var listed = _listed.GetValueOrDefault(id);
        if (TaskReader.KindOf(json) is not { } kind)
        {
            if (listed is null)
            {
                throw new BadInputException($"there is no \"{Printable.Text(id)}\" among the lines of llama3verify texts{(id.StartsWith(TextTasks.OfVocabulary, StringComparison.Ordinal) ? " without --tokenizer" : "")}, "
                    + "and the line says not what was asked (\"text\", \"messages\", \"ids\" or \"logits\")");
            }
            return TaskReader.Order(json) is { } order && listed.Sampling is not null ? listed with { Sampling = listed.Sampling with { Order = order } } : listed;
        }
        var own = TaskReader.Read(json, id, kind);
        RequireTokens(own);
        if (listed is not null) { RequireSame(own, listed); }
        else if (_isExcerpt && own.Kind <= TextKind.Conversation)
        {
            throw new BadInputException("this is no text of llama3verify texts; to judge others, give the vocabulary that the port has: --tokenizer FILE "
                + "(the embedded one is an excerpt of Llama 3's, which is whole for the texts of the list alone)");
        }
        return own;
    }

    private void RequireTokens(TextTask own)
    {
        foreach (var id in own.Ids.Concat(own.StopIds).Where(token => token < 0 || token >= _tokenizer.n_vocab))
        {
            throw new BadInputException($"the id {id} is none of the vocabulary, expected 0 to {_tokenizer.n_vocab - 1}");
        }
        foreach (var id in own.Ids.Where(token => token < SpecialTokens.First && !_tokenizer.ranks!.TryGetToken(token, out _)))
        {
            throw new BadInputException($"the id {id} is no token of this vocabulary{(_isExcerpt ? ", which is an excerpt of Llama 3's; --tokenizer FILE takes the whole one" : "")}");
        }
    }

    /// <summary>A port that changes what it repeats would be judged by what it has made of it.</summary>
    private void RequireSame(TextTask own, TextTask listed)
    {
        if (own.Kind != listed.Kind || !_right.Answer(listed).Allows(_right.Answer(own with { Sampling = own.Sampling is { } given ? given with { Order = null } : null }), listed))
        {
            throw new BadInputException($"\"{Printable.Text(own.Id)}\" is another task in llama3verify texts: repeat what was asked as it is, or leave it out; to ask something else, take another id");
        }
    }

    private TextAnswer AnswerOf(JsonElement json, TextTask task)
    {
        if (StrictJson.Field(json, "error") is { ValueKind: JsonValueKind.String } error) { return new FailedAnswer(JsonString.Of(error)!); }
        switch (task.Kind)
        {
            case TextKind.Stream or TextKind.Stops:
                return new StringAnswer(TaskReader.Has(json, "pieces") ? string.Concat(TaskReader.List(json, "pieces").Select(piece => JsonString.Of(piece) ?? throw TaskReader.WrongValue(piece, "an entry of \"pieces\"", "a text")))
                    : TaskReader.Has(json, "text") ? TaskReader.Text(json, "text") : throw Missing(task, "\"text\", or \"pieces\", a list of texts"));
            case TextKind.Sampling:
                return Probabilities(json, task);
            default:
                if (!TaskReader.Has(json, "ids")) { throw Missing(task, "\"ids\", a list of token ids"); }
                var ids = TaskReader.Ids(json, "ids");
                return (_ids += ids.Count) <= MostIds ? new IdsAnswer(ids) : throw new BadInputException($"the answers up to this one have more than {MostIds:N0} ids together; split the file");
        }
    }

    private static ProbabilitiesAnswer Probabilities(JsonElement json, TextTask task)
    {
        const string Expected = "\"probabilities\", an object of token ids and their probabilities, such as {\"3\": 0.75, \"7\": 0.25}";
        if (StrictJson.Field(json, "probabilities") is not { ValueKind: JsonValueKind.Object } given) { throw Missing(task, Expected); }
        var probabilities = new Dictionary<int, double>();
        foreach (var entry in given.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, out var id) || id < 0 || id >= task.Sampling!.Logits.Count)
            {
                throw new BadInputException($"\"probabilities\" has the token \"{Printable.Text(entry.Name)}\", expected 0 to {task.Sampling!.Logits.Count - 1}: the line has {task.Sampling.Logits.Count} logits");
            }
            if (entry.Value.ValueKind != JsonValueKind.Number || entry.Value.GetDouble() is not (>= 0 and <= AlmostOne)) { throw TaskReader.WrongValue(entry.Value, $"the probability of token {id}", "a number from 0 to 1"); }
            // What cannot be drawn may be left out, or have the probability 0.
            if (entry.Value.GetDouble() > 0) { probabilities[id] = entry.Value.GetDouble(); }
        }
        return new(probabilities);
    }

    private static BadInputException Missing(TextTask task, string expected) => new($"there is no answer to \"{Printable.Text(task.Id)}\", expected {expected}");

    private static bool LooksLikeUtf16(byte[] line) => line is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || line.AsSpan().IndexOf((byte)0) is 0 or 1;
}
