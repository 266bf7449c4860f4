using System.Text.Json;

namespace Llama3.Checking.Goldens;

/// <summary>
/// Runs that show what a port keeps between calls, and what it does beside a row: chunks, a second prompt, padding. Nothing was captured of them:
/// the reference is their truth, on every model.
/// </summary>
/// <param name="Name">The name on the command line and in fixtures/states.json.</param>
/// <param name="Description">What it shows, for people.</param>
/// <param name="Inputs">What to feed: whole numbers, under the names that they have in a dump.</param>
internal sealed record State(string Name, string Description, IReadOnlyDictionary<string, JsonElement> Inputs)
{
    /// <summary>The file that holds them, relative to the root of the repository.</summary>
    public const string File = "fixtures/states.json";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<State> All { get; } = Read();

    /// <summary>The state of this name; null if there is none.</summary>
    public static State? Named(string name) => All.SingleOrDefault(state => state.Name == name);

    /// <summary>The numbers of one of the <see cref="Inputs"/>, row by row.</summary>
    public IReadOnlyList<long> Numbers(string input) => [.. Flat(Inputs[input])];

    /// <summary>The shape of one of the <see cref="Inputs"/>; empty for a single number.</summary>
    public IReadOnlyList<long> Shape(string input)
    {
        var shape = new List<long>();
        for (var axis = Inputs[input]; axis.ValueKind == JsonValueKind.Array; axis = axis[0]) { shape.Add(axis.GetArrayLength()); }
        return shape;
    }

    private static IEnumerable<long> Flat(JsonElement numbers) =>
        numbers.ValueKind == JsonValueKind.Array ? numbers.EnumerateArray().SelectMany(Flat) : [numbers.GetInt64()];

    private static List<State> Read()
    {
        using var file = JsonDocument.Parse(Fixtures.Read(File));
        return [.. file.RootElement.EnumerateObject().Select(state => new State(
            state.Name,
            state.Value.GetProperty("description").GetString()!,
            state.Value.GetProperty("inputs").EnumerateObject().ToDictionary(input => input.Name, input => input.Value.Clone())))];
    }
}
