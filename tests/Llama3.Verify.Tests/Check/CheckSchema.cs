using System.Text.Json.Nodes;
using Llama3.Checking.Goldens;

namespace Llama3.Verify.Tests.Check;

/// <summary>fixtures/check.schema.json, which check --json obeys.</summary>
internal static class CheckSchema
{
    private static readonly JsonSchema Schema = new(JsonNode.Parse(Fixtures.Read("fixtures/check.schema.json"))!.AsObject());

    public static IEnumerable<string> Violations(JsonNode? found) => Schema.Violations(found);
}
