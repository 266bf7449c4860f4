using System.Text.Json;
using Llama3.Formats.Input;

namespace Llama3.Checking.Texts.Tasks;

/// <summary>Reads a task from a JSON object; docs/texts.md describes the fields.</summary>
internal static class TaskReader
{
    private static readonly Dictionary<string, bool> Dated = new() { ["llama3"] = false, ["llama3.1"] = true, ["llama3.2"] = true, ["llama3.3"] = true };

    private static readonly Dictionary<string, SamplingOrder> Orders =
        new() { ["transformers"] = SamplingOrder.TemperatureFirst, ["meta"] = SamplingOrder.TemperatureFirst, ["llama.cpp"] = SamplingOrder.TemperatureLast };

    private static readonly Dictionary<string, bool> Specials = new() { ["tokens"] = true, ["shown"] = true, ["text"] = false, ["hidden"] = false };

    /// <summary>How a kind is called in JSON.</summary>
    public static string Name(TextKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The names of all kinds.</summary>
    public static IEnumerable<string> Kinds => Enum.GetValues<TextKind>().Select(Name);

    /// <summary>The kind of a name; null if there is none.</summary>
    public static TextKind? Kind(string name) => Enum.GetValues<TextKind>().Cast<TextKind?>().FirstOrDefault(kind => Name(kind!.Value) == name);

    /// <summary>The order that an object asks for; null if it asks for none.</summary>
    /// <exception cref="BadInputException">It is not known.</exception>
    public static SamplingOrder? Order(JsonElement json) => Said(json, "order", Orders.Keys) is { } said ? Orders[said] : null;

    /// <summary>The kind that an object says or shows; null if it holds no task, but an answer alone.</summary>
    /// <exception cref="BadInputException">The kind is not known.</exception>
    public static TextKind? KindOf(JsonElement json)
    {
        var shown = Has("messages") ? TextKind.Conversation
            : Has("logits") ? TextKind.Sampling
            : Has("stop_ids") || (Has("stop") && Has("ids")) ? TextKind.Stops
            : Has("pieces") && Has("ids") ? TextKind.Stream
            : Has("text") && Has("ids") ? TextKind.Encode : (TextKind?)null;
        if (StrictJson.Text(json, "kind") is not { } said) { return shown; }
        var kind = Kind(said) ?? throw new BadInputException($"\"kind\" is \"{Printable.Text(said)}\", expected {OneOf(Kinds)}");
        return shown is not null || Has(Input(kind)) ? kind : null;

        bool Has(string field) => TaskReader.Has(json, field);
    }

    /// <summary>Whether an object has a field, with a value other than null.</summary>
    public static bool Has(JsonElement json, string field) => StrictJson.Field(json, field).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>Reads a task of a kind.</summary>
    /// <exception cref="BadInputException">A field is missing or wrong.</exception>
    public static TextTask Read(JsonElement json, string id, TextKind kind) => kind switch
    {
        TextKind.Encode or TextKind.Prompt => new TextTask(id, kind)
        {
            Text = Text(json, "text"),
            IsSpecial = Chosen(json, "special", Specials, false),
            IsLlama31 = Chosen(json, "model", Dated, false),
        },
        TextKind.Conversation => new TextTask(id, kind)
        {
            Conversation = ConversationReader.Read(json, Chosen(json, "template", Dated, false)),
            IsDated = Chosen(json, "template", Dated, false),
        },
        TextKind.Stream => new TextTask(id, kind) { Ids = Ids(json, "ids"), IsSpecial = Chosen(json, "special", Specials, true), IsLlama31 = Chosen(json, "model", Dated, false) },
        TextKind.Stops => new TextTask(id, kind)
        {
            IsLlama31 = Chosen(json, "model", Dated, false),
            Ids = Ids(json, "ids"),
            StopIds = Ids(json, "stop_ids"),
            Stop = [.. List(json, "stop").Select(text => JsonString.Of(text) is { Length: > 0 } stop ? stop : throw WrongValue(text, "an entry of \"stop\"", "a text that is not empty"))],
        },
        _ => new TextTask(id, kind) { Sampling = ReadSampling(json) },
    };

    /// <summary>A list of ids; empty if there is none.</summary>
    /// <exception cref="BadInputException">It is something else.</exception>
    public static IReadOnlyList<int> Ids(JsonElement json, string field) =>
        [.. List(json, field).Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var value) ? value : throw WrongValue(id, $"an entry of \"{field}\"", "a token id"))];

    /// <summary>A text.</summary>
    /// <exception cref="BadInputException">It is missing or something else.</exception>
    public static string Text(JsonElement json, string field) => JsonString.Of(StrictJson.Field(json, field)) ?? throw Wrong(json, field, "a text");

    /// <summary>A list; empty if there is none.</summary>
    /// <exception cref="BadInputException">It is something else.</exception>
    public static IEnumerable<JsonElement> List(JsonElement json, string field) => StrictJson.Field(json, field) is var list && list.ValueKind switch
    {
        JsonValueKind.Array => true,
        JsonValueKind.Undefined or JsonValueKind.Null => false,
        _ => throw Wrong(json, field, "a list"),
    } ? list.EnumerateArray() : [];

    /// <summary>The error of a field: what it is, and what was expected.</summary>
    public static BadInputException Wrong(JsonElement json, string field, string expected) => WrongValue(StrictJson.Field(json, field), $"\"{field}\"", expected);

    /// <summary>The error of a value.</summary>
    public static BadInputException WrongValue(JsonElement value, string what, string expected) =>
        new($"{what} is {(value.ValueKind == JsonValueKind.Undefined ? "missing" : Printable.Text(value.GetRawText()))}, expected {expected}");

    private static string Input(TextKind kind) => kind switch
    {
        TextKind.Encode or TextKind.Prompt => "text",
        TextKind.Conversation => "messages",
        TextKind.Stream or TextKind.Stops => "ids",
        _ => "logits",
    };

    private static Sampling ReadSampling(JsonElement json)
    {
        double[] logits = [.. List(json, "logits").Select(logit => logit.ValueKind == JsonValueKind.Number && double.IsFinite(logit.GetDouble()) ? logit.GetDouble() : throw WrongValue(logit, "an entry of \"logits\"", "a finite number"))];
        if (logits.Length == 0) { throw Wrong(json, "logits", "a list of numbers"); }
        return new Sampling(logits)
        {
            Temperature = Number(json, "temperature", 1, value => value >= 0, "0 or more"),
            TopK = Number(json, "top_k", 0, value => value >= 0 && value == Math.Floor(value), "a whole number from 0 on; 0 keeps all") is > 0 and var k ? (int)Math.Min(k, int.MaxValue) : null,
            TopP = Number(json, "top_p", 1, value => value is > 0 and <= 1, "more than 0, at most 1; 1 keeps all"),
            MinP = Number(json, "min_p", 0, value => value is >= 0 and <= 1, "from 0 to 1"),
            Order = Order(json),
        };
    }

    private static double Number(JsonElement json, string field, double missing, Predicate<double> isRight, string expected)
    {
        if (!Has(json, field)) { return missing; }
        var value = StrictJson.Field(json, field);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && isRight(number) ? number : throw Wrong(json, field, expected);
    }

    private static bool Chosen(JsonElement json, string field, Dictionary<string, bool> choices, bool missing) =>
        Said(json, field, choices.Keys) is { } said ? choices[said] : missing;

    private static string? Said(JsonElement json, string field, IReadOnlyCollection<string> choices)
    {
        if (!Has(json, field)) { return null; }
        return StrictJson.Text(json, field) is { } said && choices.Contains(said) ? said : throw Wrong(json, field, OneOf(choices));
    }

    private static string OneOf(IEnumerable<string> choices) => $"one of {string.Join(", ", choices.Select(choice => $"\"{choice}\""))}";
}
