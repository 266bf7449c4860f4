using System.Text.Json;
using System.Text.Json.Serialization;

namespace Llama3.Reference.Checking;

/// <summary>fixtures/article/facts.json: what the notebooks printed for Meta-Llama-3-8B.</summary>
public static class ArticleFacts
{
    private static readonly Lazy<IReadOnlyDictionary<string, ArticleFact>> Facts = new(Load);

    /// <summary>All facts by id.</summary>
    public static IReadOnlyDictionary<string, ArticleFact> All => Facts.Value;

    private static Dictionary<string, ArticleFact> Load()
    {
        using var json = JsonDocument.Parse(Fixtures.Read("fixtures/article/facts.json"));
        return json.RootElement.GetProperty("facts").EnumerateArray()
            .Select(fact => fact.Deserialize<ArticleFact>(JsonSerializerOptions.Web)!)
            .ToDictionary(fact => fact.Id);
    }
}

/// <summary>Something that a notebook printed.</summary>
/// <param name="Id">What it is, such as <c>freqs</c> or <c>shape.q_per_token</c>.</param>
/// <param name="Notebook">The notebook that printed it.</param>
/// <param name="Cell">The cell that printed it.</param>
/// <param name="Value">The printed value, as JSON; minus infinity is "-Infinity".</param>
public sealed record ArticleFact(string Id, string Notebook, int Cell, JsonElement Value)
{
    private static readonly JsonSerializerOptions WithInfinity = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The value as a .NET type.</summary>
    public T As<T>() => Value.Deserialize<T>(WithInfinity)!;
}
