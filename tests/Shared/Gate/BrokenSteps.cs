using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Tests.Gate;

/// <summary>Which steps are broken. What is computed with them cannot be right either, and says nothing new.</summary>
internal static class BrokenSteps
{
    private static readonly Lazy<ArticleStep[]> Known = new(() => FoundBy(new GoldenCheck(MicroModel.Micro)));

    /// <summary>Those of the code as it is, in reading order. They are looked for once, which takes half a second.</summary>
    public static ArticleStep[] All => Known.Value;

    /// <summary>The steps that miss a golden.</summary>
    public static ArticleStep[] FoundBy(GoldenCheck check) =>
        [.. ArticleSteps.all.Concat(CacheSteps.all).Where(step => !check.Check(step).Passed)];
}
