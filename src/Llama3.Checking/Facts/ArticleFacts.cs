using System.Text.Json;
using System.Text.Json.Serialization;
using Llama3.Checking.Goldens;

namespace Llama3.Checking.Facts;

/// <summary>fixtures/article/facts.json: what the notebooks printed for Meta-Llama-3-8B.</summary>
internal static class ArticleFacts
{
    private static readonly Lazy<IReadOnlyDictionary<string, ArticleFact>> Facts = new(Load);

    /// <summary>All facts by id, in the order of the fixture.</summary>
    public static IReadOnlyDictionary<string, ArticleFact> All => Facts.Value;

    /// <summary>The ids that Llama 3's whole vocabulary gives a printed text; the notebooks printed them for one text only.</summary>
    internal static int[] IdsOf(string text)
    {
        using var json = JsonDocument.Parse(Fixtures.Read("fixtures/micro/tokenizer_texts.json"));
        return json.RootElement.GetProperty("texts").EnumerateArray()
            .Single(known => known.GetProperty("text").GetString() == text)
            .GetProperty("ids").Deserialize<int[]>()!;
    }

    private static OrderedDictionary<string, ArticleFact> Load()
    {
        using var json = JsonDocument.Parse(Fixtures.Read("fixtures/article/facts.json"));
        return new(json.RootElement.GetProperty("facts").EnumerateArray()
            .Select(fact => fact.Deserialize<ArticleFact>(JsonSerializerOptions.Web)!)
            .Select(fact => KeyValuePair.Create(fact.Id, fact)));
    }
}

/// <summary>Something that a notebook printed.</summary>
/// <param name="Id">What it is, such as <c>freqs</c> or <c>shape.q_per_token</c>.</param>
/// <param name="Notebook">The notebook that printed it.</param>
/// <param name="Cell">The cell that printed it.</param>
/// <param name="Value">The printed value, as JSON; minus infinity is "-Infinity".</param>
/// <param name="Precision">How numbers were rounded when they were printed; null for everything else.</param>
internal sealed record ArticleFact(string Id, string Notebook, int Cell, JsonElement Value, FactPrecision? Precision = null)
{
    private static readonly JsonSerializerOptions WithInfinity = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The value as a .NET type.</summary>
    public T As<T>() => Value.Deserialize<T>(WithInfinity)!;
}

/// <summary>How printed numbers were rounded.</summary>
/// <param name="Decimals">Digits after the point; 0 for whole numbers, which were not rounded.</param>
/// <param name="SignificantDigits">Digits from the first one that is not 0.</param>
internal sealed record FactPrecision(int? Decimals, [property: JsonPropertyName("significant_digits")] int? SignificantDigits)
{
    /// <summary>How far a number may be from the printed one: half a unit of the last digit.</summary>
    public double RoomAt(double printed) => (Decimals, SignificantDigits) switch
    {
        ({ } decimals and > 0, _) => (0.5 * Math.Pow(10, -decimals)) + 1e-9,
        (_, { } digits) => 0.501 * Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(printed))) - digits + 1),
        _ => 0,
    };
}
