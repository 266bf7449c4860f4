using System.Globalization;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Walking;

/// <summary>Walks leave no memory behind, managed or native.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    /// <summary>Set to 1000 for a longer look.</summary>
    private const string Variable = "LLAMA3_WALKS";

    /// <summary>In bytes, however many walks. Forty walks that left their logits behind would leave ten times as many.</summary>
    private const long LargestGrowth = 1_000_000;

    [Fact(DisplayName = "memory: it does not grow, walk after walk")]
    public void Memory_does_not_grow()
    {
        var walks = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "40", CultureInfo.InvariantCulture);
        WalkOften(walks / 2);
        var (bytes, tensors) = Left();
        WalkOften(walks);
        var after = Left();
        (after.Bytes - bytes).Should().BeLessThan(LargestGrowth, $"those are bytes, after {walks} walks");
        after.NativeTensors.Should().Be(tensors, $"native memory is freed, after {walks} walks");
    }

    private static void WalkOften(int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var walk = Micro.Walk(bfloat16);
            _ = walk[ArticleSteps.next_token, Scope.Article];
        }
    }

    /// <summary>What the collector has not freed. TorchSharp counts its tensors; the managed engine has none in native memory.</summary>
    private static (long Bytes, long NativeTensors) Left() => (
        GC.GetTotalMemory(forceFullCollection: true),
        typeof(Tensor).GetProperty("TotalCount")?.GetValue(null) is long count ? count : 0);
}
