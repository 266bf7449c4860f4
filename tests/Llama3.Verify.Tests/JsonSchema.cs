using System.Text.Json;
using System.Text.Json.Nodes;

namespace Llama3.Verify.Tests;

/// <summary>As much of JSON schema as fixtures/check.schema.json uses.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    /// <summary>What does not obey the schema, with its place.</summary>
    public IEnumerable<string> Violations(JsonNode? value) => Violations(value, root, "$");

    private IEnumerable<string> Violations(JsonNode? value, JsonObject schema, string at) =>
    [
        .. schema["$ref"] is { } reference ? Violations(value, Definition((string)reference!), at) : [],
        .. Is(schema["type"], type => Types(type).Any(type => type == TypeOf(value) || (type == "number" && TypeOf(value) == "integer"))) ? [] : new[] { $"{at} is {TypeOf(value)}" },
        .. Is(schema["enum"], values => values.AsArray().Any(one => JsonNode.DeepEquals(one, value))) ? [] : new[] { $"{at} is {value}" },
        .. Is(schema["const"], one => JsonNode.DeepEquals(one, value)) ? [] : new[] { $"{at} is {value}" },
        .. schema["anyOf"] is { } any && any.AsArray().All(one => Violations(value, one!.AsObject(), at).Any()) ? new[] { $"{at} fits none of anyOf" } : [],
        .. value is JsonObject fields ? Fields(fields, schema, at) : [],
        .. value is JsonArray list && schema["items"] is JsonObject items ? list.SelectMany((item, i) => Violations(item, items, $"{at}[{i}]")) : [],
    ];

    private IEnumerable<string> Fields(JsonObject fields, JsonObject schema, string at)
    {
        var missing = schema["required"]?.AsArray().Select(name => (string)name!).Where(name => !fields.ContainsKey(name)) ?? [];
        return missing.Select(name => $"{at}.{name} is missing").Concat(fields.SelectMany(field =>
            (schema["properties"]?[field.Key] ?? schema["additionalProperties"]) is JsonObject known ? Violations(field.Value, known, $"{at}.{field.Key}")
            : schema["additionalProperties"] is null ? []
            : [$"{at}.{field.Key} is not known"]));
    }

    private JsonObject Definition(string reference) => reference.Split('/')[1..].Aggregate(root, (node, name) => node[name]!.AsObject());

    private static bool Is(JsonNode? demand, Func<JsonNode, bool> holds) => demand is null || holds(demand);

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(one => (string)one!) : [(string)type!];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.ToJsonString().Contains('.') || value.ToJsonString().Contains('E') ? "number" : "integer",
        _ => "boolean",
    };
}
