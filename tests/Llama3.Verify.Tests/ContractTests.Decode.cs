using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Verify.Copy;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Tests;

/// <summary>What the contract says of passes after the prompt.</summary>
public sealed partial class ContractTests
{
    [Fact(DisplayName = "contract: what to feed after the prompt")]
    public void Passes() => ShouldHold("passes", Table(
        ["pass", "feed", "at positions", "next_token"],
        MicroModel.Micro.Manifest.Decode.Passes.Select(pass => new[]
        {
            $"`{pass.Name}`", string.Join(", ", pass.Tokens), Range(pass), $"{pass.NextToken}",
        })));

    [Fact(DisplayName = "contract: micro-mha is fed the same, in fewer passes")]
    public void Passes_of_both_models()
    {
        var (few, all) = (MicroModel.MicroMha.Manifest.Decode.Passes, MicroModel.Micro.Manifest.Decode.Passes);
        few.Select(pass => string.Join(" ", pass.Tokens)).Should().Equal(all.Take(few.Count).Select(pass => string.Join(" ", pass.Tokens)));
    }

    [Fact(DisplayName = "contract: what a pass has that the prompt has not")]
    public void What_differs_with_a_cache() => ShouldHold("cache", Table(
        ["no.", "name", "shape", "what it is"],
        CacheSteps.all.Select(step => new[] { $"{step.number}", $"`{StepText.Key(step)}`", $"{StepText.Shape(step)}", step.title })));

    [Fact(DisplayName = "contract: prompt.json says what to feed after the prompt")]
    public void Prompt_json()
    {
        var file = ExportFormat.All[0].Files(MicroModel.Micro).Single(file => file.Name == "prompt.json");
        using var stream = new MemoryStream();
        file.Write(stream);
        var fed = System.Text.Json.JsonElement.Parse(stream.ToArray()).GetProperty("decode").EnumerateArray();
        fed.Select(pass => string.Join(" ", pass.EnumerateArray())).Should()
            .Equal(MicroModel.Micro.Manifest.Decode.Passes.Select(pass => string.Join(" ", pass.Tokens)));
    }

    private static string Range(PassEntry pass) =>
        pass.Tokens.Count == 1 ? $"{pass.Position}" : $"{pass.Position}–{pass.Position + pass.Tokens.Count - 1}";
}
