using System.Text.Json;
using System.Text.Json.Serialization;
using Llama3.Checking.Comparing;

namespace Llama3.Checking.Goldens;

/// <summary>How the files of the goldens are read. The compiler writes the code: made by reflection, it would be compiled anew in every run of the published tool.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(SnakeCaseRule)],
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(Wiring.Table))]
internal sealed partial class GoldensJson : JsonSerializerContext
{
    private sealed class SnakeCaseRule() : JsonStringEnumConverter<Rule>(JsonNamingPolicy.SnakeCaseLower);
}
