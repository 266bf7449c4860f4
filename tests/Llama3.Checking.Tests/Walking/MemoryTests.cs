using System.Diagnostics;
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

    private static readonly bool IsManaged = Engine.Tensors == "Managed";

    /// <summary>
    /// In megabytes, however many walks. Forty walks that left their logits behind would leave 10, a thousand 250. What the collector has
    /// not freed can be counted exactly; native memory shows in the working set alone, which grows and shrinks for other reasons too.
    /// </summary>
    private static readonly double LargestGrowth = IsManaged ? 1 : 8;

    [Fact(DisplayName = "memory: it does not grow, walk after walk")]
    public void Memory_does_not_grow()
    {
        var walks = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "40", CultureInfo.InvariantCulture);
        WalkOften(walks / 2);
        var before = Megabytes();
        WalkOften(walks);
        (Megabytes() - before).Should().BeLessThan(LargestGrowth, $"those are MB, after {walks} walks");
    }

    private static void WalkOften(int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var walk = Micro.Walk(bfloat16);
            _ = walk[ArticleSteps.next_token, Scope.Article];
        }
    }

    private static double Megabytes()
    {
        var managed = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
        if (IsManaged) { return managed; }
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1e6;
    }
}
