using System.Text.Json;
using System.Text.Json.Serialization;
using Llama3.Formats.Numbers;

namespace Llama3.Formats.Tests.Dumps;

/// <summary>Dumps that numpy and torch wrote, and what these read from them; see scripts/make_dump_cases.py.</summary>
internal static class DumpCases
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Dump, then tensor.</summary>
    public static Dictionary<string, OrderedDictionary<string, Expected>> All { get; } =
        JsonSerializer.Deserialize<Dictionary<string, OrderedDictionary<string, Expected>>>(File.ReadAllBytes(PathOf("expected.json")), Options)!;

    public static string PathOf(params string[] names) => Path.Combine([AppContext.BaseDirectory, "Dumps", "cases", .. names]);

    internal sealed record Expected(string dtype, long[] shape, JsonElement[] values)
    {
        public Dtype Dtype => Enum.Parse<Dtype>(dtype);

        public ScalarType ReadAs => dtype[0] switch
        {
            'C' => ScalarType.ComplexFloat32,
            'F' or 'B' when dtype != "BOOL" => ScalarType.Float32,
            _ => ScalarType.Int64,
        };

        public IEnumerable<long> Integers => values.Select(value => value.GetInt64());

        public IEnumerable<float> Singles => values.Select(value => value.Deserialize<float>(Options));
    }
}
