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
    private static readonly Lazy<Dictionary<string, Tensor>> Right = new(() => Tensors(MicroModel.Micro, float32, null, everything: true, passes: 2));

    public static TheoryData<string> PartlyWrong => LongTests.Run
        ? ["cache_slot_plus1", "cache_slot_minus1", "cache_stale_length", "cache_not_read", "cache_rotated_twice"]
        : ["cache_stale_length"];

    [Theory(DisplayName = "decode: any part of a right and a wrong port is judged:"), MemberData(nameof(PartlyWrong))]
    public void Any_part(string name)
    {
        var random = new Random(name.Length);
        var wrong = Tensors(MicroModel.Micro, float32, KnownMistakes.OfPasses.Single(mistake => mistake.Name == name), everything: true, passes: 2);
        var right = Right.Value;
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
