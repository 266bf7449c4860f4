using System.Text.Json;
using Llama3.Checking.Goldens;
using Llama3.Verify.Copy;

namespace Llama3.Verify.Tests;

/// <summary>What the contract says of more than one run.</summary>
public sealed partial class ContractTests
{
    [Fact(DisplayName = "contract: more than one run, what to feed")]
    public void States() => ShouldHold("states", Table(
        ["NAME", "what it is", "feed"],
        State.All.Select(state => new[] { $"`{state.Name}`", state.Description, string.Join(", ", state.Inputs.Keys.Select(input => Fed(state, input))) })));

    [Fact(DisplayName = "contract: prompt.json says the same of every model")]
    public void States_in_prompt_json()
    {
        foreach (var model in MicroModel.All)
        {
            using var stream = new MemoryStream();
            ExportFormat.All[0].Files(model).Single(file => file.Name == "prompt.json").Write(stream);
            var states = JsonElement.Parse(stream.ToArray()).GetProperty("states");
            states.EnumerateObject().Select(state => state.Name).Should().Equal(State.All.Select(state => state.Name));
            foreach (var (state, input) in State.All.SelectMany(state => state.Inputs.Keys, (state, input) => (state, input)))
            {
                JsonElement.DeepEquals(states.GetProperty(state.Name).GetProperty(input), state.Inputs[input]).Should().BeTrue($"{state.Name} feeds {input}");
            }
        }
    }

    private static string Fed(State state, string input) => state.Shape(input) is { Count: > 0 } shape
        ? $"`{input}` [{string.Join(", ", shape)}]"
        : $"`{input}` {state.Numbers(input)[0]}";
}
