using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reading;
using Llama3.Checking.Tests.Judging;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>Mistakes that show on models with numbers that are too large or too small for float16, and not on others.</summary>
public sealed class OverflowMistakeTests
{
    [Theory(DisplayName = "float16: what overflows or loses its digits is named:")]
    [InlineData("ffn_fp16_product", 400)]
    [InlineData("weights_fp16", 1e-4)]
    [InlineData("norm_fp16_squares", 400)]
    public void Named(string name, double weights)
    {
        using var model = new RandomModel(new ModelSizes(4, 2, 16) { Weights = (float)weights });
        Names(model, Find(name)).Should().Equal(name);
    }

    [Theory(DisplayName = "float16: nothing is said where nothing overflows:")]
    [InlineData("ffn_fp16_product")]
    [InlineData("weights_fp16")]
    public void Nothing_to_name(string name)
    {
        using var model = new RandomModel(new ModelSizes(4, 2, 16) { IsBFloat16 = true });
        Names(model, Find(name)).Should().BeEmpty();
    }

    private static KnownMistake Find(string name) => KnownMistakes.Everything.Single(mistake => mistake.Name == name);

    private static HashSet<string> Names(RandomModel model, KnownMistake mistake) =>
    [
        .. new DumpCheck(DumpedRun.Of(MemoryDump.Of(Port.Tensors(model.Port(mistake.Wrong))), model.Model)).Run().Results
            .Where(result => result.IsFault).SelectMany(result => result.LooksLike.Select(found => found.Name).DefaultIfEmpty("?")),
    ];
}
