using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Formats.Input;

namespace Llama3.Checking.Tests.Judging;

/// <content>
/// Dumps that hold some results of a right port and some of a wrong one: caches, scores and masks of different lengths. No known mistake
/// may be tried on them in a way that cannot be computed.
/// </content>
public sealed partial class PassTests
{
    [Theory(DisplayName = "decode: any part of a right and a wrong port is judged:")]
    [InlineData("cache_slot_plus1")]
    [InlineData("cache_slot_minus1")]
    [InlineData("cache_stale_length")]
    [InlineData("cache_not_read")]
    [InlineData("cache_rotated_twice")]
    public void Any_part(string name)
    {
        var random = new Random(name.Length);
        var wrong = Tensors(MicroModel.Micro, float32, KnownMistakes.OfPasses.Single(mistake => mistake.Name == name), everything: true, passes: 2);
        var right = Tensors(MicroModel.Micro, float32, null, everything: true, passes: 2);
        foreach (var share in (double[])[0.05, 0.2, 0.5])
        {
            var part = right.Keys.Where(key => key.EndsWith("next_token", StringComparison.Ordinal) || random.NextDouble() < share)
                .ToDictionary(key => key, key => (random.Next(2) == 0 ? right : wrong)[key]);
            part["decode.0.tokens"] = right["decode.0.tokens"];
            part["decode.1.tokens"] = right["decode.1.tokens"];
            IsJudgedOrRefused(part);
        }
    }

    private static void IsJudgedOrRefused(Dictionary<string, Tensor> tensors)
    {
        try
        {
            Check(MicroModel.Micro, tensors).Results.Should().NotBeEmpty();
        }
        catch (BadInputException error)
        {
            error.Message.Should().Contain("dump the", "scores and caches of different lengths cannot be read");
        }
    }
}
