using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Llama3.Checking.Goldens;

namespace Llama3.Checking.Tests.Reports;

/// <summary>
/// The texts of a port of our own, which shares nothing with the tokenizer, the templates and the catalogue: strings, a dictionary and loops. Its fields are
/// what reports say went wrong.
/// </summary>
internal sealed class PlainTexts
{
    private const int Begin = 128_000;

    /// <summary>Merging takes time with the square of a word's length.</summary>
    private const int LongText = 500;

    private static readonly string[] Names = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"];
    private static readonly int[] NameIds = [128_000, 128_001, 128_006, 128_007, 128_009];

    /// <summary>Each token as a string of its bytes.</summary>
    private static readonly Dictionary<string, int> Ranks = Encoding.ASCII.GetString(Fixtures.Read("fixtures/micro/tokenizer.model")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ')).ToDictionary(line => Encoding.Latin1.GetString(Convert.FromBase64String(line[0])), line => int.Parse(line[1], CultureInfo.InvariantCulture));

    private static readonly Dictionary<int, byte[]> Tokens = Ranks.ToDictionary(entry => entry.Value, entry => Encoding.Latin1.GetBytes(entry.Key));

    public string Pattern { get; set; } =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public bool IgnoresMerges { get; set; } = true;

    public bool MergesAtAll { get; set; } = true;

    public bool KnowsNames { get; set; } = true;

    public int[] Front { get; set; } = [Begin];

    /// <summary>What the tokenizer puts before the ids of a laid out conversation.</summary>
    public int[] FrontOfConversations { get; set; } = [];

    public string AfterHeader { get; set; } = "\n\n";

    public bool HasDates { get; set; } = true;

    public Func<int[], int[]> StopIds { get; set; } = ids => ids;

    public bool DecodesAlone { get; set; }

    public bool TemperatureIsLast { get; set; }

    public bool SumsLogarithms { get; set; }

    public bool TakesSoftmaxAgain { get; set; }

    public bool NormalisesAfterTopK { get; set; } = true;

    /// <summary>The lines of <c>llama3verify texts</c>, answered; those that .NET's regular expressions cannot cut, very long words, and tools are left out.</summary>
    public IEnumerable<string> Answers(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            if (Answer(json.RootElement) is { } answer) { yield return $"{{\"id\": \"{json.RootElement.GetProperty("id").GetString()}\", {answer}}}"; }
        }
    }

    private string? Answer(JsonElement line) => line.GetProperty("kind").GetString() switch
    {
        "encode" when line.TryGetProperty("model", out _) || Text(line).Contains("𝐀", StringComparison.Ordinal) || Text(line).Length > LongText => null,
        "encode" => Ids(Encode(Text(line), line.TryGetProperty("special", out var special) && special.GetString() == "tokens")),
        "prompt" => Ids([.. Front, .. Encode(Text(line), false)]),
        "conversation" => Rendered(line) is { } text ? Ids([.. FrontOfConversations, .. Encode(text, true)]) : null,
        "stream" => $"\"text\": {JsonSerializer.Serialize(Decoded(Numbers(line, "ids").Where(id => id < Begin || !line.TryGetProperty("special", out var said) || said.GetString() == "shown")))}",
        "stops" => $"\"text\": {JsonSerializer.Serialize(Stopped(line))}",
        _ => Drawn(line),
    };

    private List<int> Encode(string text, bool special)
    {
        if (!special || !KnowsNames) { return [.. Pieces(text).SelectMany(Merge)]; }
        var ids = new List<int>();
        foreach (var part in Regex.Split(text, $"({string.Join('|', Names.Select(Regex.Escape))})"))
        {
            if (Array.IndexOf(Names, part) is >= 0 and var name) { ids.Add(NameIds[name]); }
            else { ids.AddRange(Pieces(part).SelectMany(Merge)); }
        }
        return ids;
    }

    private IEnumerable<string> Pieces(string text) => Pattern.Length == 0 ? [text] : Regex.Matches(text, Pattern, RegexOptions.CultureInvariant).Select(match => match.Value);

    private List<int> Merge(string piece)
    {
        var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(piece));
        if (IgnoresMerges && Ranks.TryGetValue(bytes, out var whole)) { return [whole]; }
        var parts = bytes.Select(value => value.ToString()).ToList();
        while (MergesAtAll)
        {
            var (best, at) = (int.MaxValue, -1);
            for (var i = 0; i + 1 < parts.Count; i++)
            {
                if (Ranks.TryGetValue(parts[i] + parts[i + 1], out var rank) && rank < best) { (best, at) = (rank, i); }
            }
            if (at < 0) { break; }
            parts[at] += parts[at + 1];
            parts.RemoveAt(at + 1);
        }
        return [.. parts.Select(part => Ranks[part])];
    }

    private string? Rendered(JsonElement line)
    {
        if (line.ToString() is var all && (all.Contains("\"tool", StringComparison.Ordinal) || all.Contains("tool_calls", StringComparison.Ordinal))) { return null; }
        var dated = line.GetProperty("template").GetString() != "llama3";
        var turns = line.GetProperty("messages").EnumerateArray().Select(message => (Role: message.GetProperty("role").GetString()!, Text: message.GetProperty("content").GetString()!.Trim())).ToList();
        if (dated && HasDates)
        {
            var system = turns[0].Role == "system" ? turns[0].Text : "";
            if (turns[0].Role == "system") { turns.RemoveAt(0); }
            turns.Insert(0, ("system", $"Cutting Knowledge Date: December 2023\nToday Date: {line.GetProperty("date").GetString()}\n\n{system}"));
        }
        return "<|begin_of_text|>" + string.Concat(turns.Select(turn => Header(turn.Role) + turn.Text + "<|eot_id|>")) + Header("assistant");
    }

    private string Header(string role) => $"<|start_header_id|>{role}<|end_header_id|>{AfterHeader}";

    private string Decoded(IEnumerable<int> ids) => DecodesAlone
        ? string.Concat(ids.Select(id => Encoding.UTF8.GetString(Bytes(id))))
        : Encoding.UTF8.GetString([.. ids.SelectMany(Bytes)]);

    private static byte[] Bytes(int id) => Tokens.TryGetValue(id, out var bytes) ? bytes : Encoding.UTF8.GetBytes(Names[Array.IndexOf(NameIds, id)]);

    private string Stopped(JsonElement line)
    {
        var stops = StopIds([.. Numbers(line, "stop_ids")]);
        var text = Decoded(Numbers(line, "ids").TakeWhile(id => !stops.Contains(id)).Where(id => id < Begin));
        var ends = line.GetProperty("stop").EnumerateArray().Select(stop => text.IndexOf(stop.GetString()!, StringComparison.Ordinal)).Where(at => at >= 0).Append(text.Length);
        return text[..ends.Min()];
    }

    private string Drawn(JsonElement line)
    {
        var (temperature, top_p, min_p) = (Number(line, "temperature", 1), Number(line, "top_p", 1), Number(line, "min_p", 0));
        var scores = line.GetProperty("logits").EnumerateArray().Select((logit, id) => (Id: id, Score: logit.GetDouble())).OrderByDescending(token => token.Score).ToList();
        if (temperature == 0) { return $"\"probabilities\": {{\"{scores[0].Id}\": 1}}"; }
        if (!TemperatureIsLast) { scores = [.. scores.Select(token => (token.Id, token.Score / temperature))]; }
        var all = Softmax([.. scores.Select(token => token.Score)]);
        var left = scores.Take((int)Number(line, "top_k", scores.Count)).ToList();
        var shares = NormalisesAfterTopK ? Softmax([.. left.Select(token => token.Score)]) : all[..left.Count];
        var (sum, kept) = (0.0, 0);
        while (kept < left.Count && (sum < top_p || top_p >= 1)) { sum += SumsLogarithms ? Math.Log(shares[kept++]) : shares[kept++]; }
        left = left[..kept];
        if (min_p > 0)
        {
            shares = Softmax([.. left.Select(token => token.Score)]);
            left = [.. left.Where((_, at) => shares[at] >= min_p * shares[0])];
        }
        if (TemperatureIsLast) { left = [.. left.Select(token => (token.Id, token.Score / temperature))]; }
        var end = TakesSoftmaxAgain ? Softmax(shares[..left.Count]) : Softmax([.. left.Select(token => token.Score)]);
        return $"\"order\": \"{(line.TryGetProperty("order", out var order) ? order.GetString() : "transformers")}\", \"probabilities\": {{{string.Join(", ", left.Select((token, at) => string.Create(CultureInfo.InvariantCulture, $"\"{token.Id}\": {end[at]:0.########}")))}}}";
    }

    private static double[] Softmax(double[] scores) => [.. scores.Select(score => Math.Exp(score) / scores.Sum(Math.Exp))];

    private static string Ids(List<int> ids) => $"\"ids\": [{string.Join(", ", ids)}]";

    private static string Text(JsonElement line) => line.GetProperty("text").GetString()!;

    private static IEnumerable<int> Numbers(JsonElement line, string field) => line.GetProperty(field).EnumerateArray().Select(number => number.GetInt32());

    private static double Number(JsonElement line, string field, double missing) => line.TryGetProperty(field, out var number) ? number.GetDouble() : missing;
}
