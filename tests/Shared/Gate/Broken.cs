using System.Collections.Concurrent;
using Llama3.Checking.AllAtOnce;
using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Tests.Gate;

/// <summary>What is broken of the model. What is computed with it cannot be right either, and says nothing new.</summary>
internal static class Broken
{
    private static readonly ConcurrentDictionary<ArticleStep, StepReport> Reports = new();

    private static readonly Lazy<ArticleStep[]> Known = new(() => [.. All.Where(step => !ReportOf(step).Passed)]);

    private static readonly Lazy<bool> KnownAllAtOnce = new(() => !AllAtOnceReport.Of(MicroModel.Micro, float32).Passed);

    /// <summary>The steps that are, in reading order. They are looked for once, which takes half a second.</summary>
    public static ArticleStep[] Steps => Known.Value;

    /// <summary>Whether everything at once is something else than the steps, which are right.</summary>
    public static bool AllAtOnce => Steps.Length == 0 && KnownAllAtOnce.Value;

    /// <summary>How a step compares with its goldens, as the code is. It is compared once.</summary>
    public static StepReport ReportOf(ArticleStep step) => Reports.GetOrAdd(step, new GoldenCheck(MicroModel.Micro).Check);

    /// <summary>The steps of both chapters that miss a golden.</summary>
    public static ArticleStep[] StepsFoundBy(GoldenCheck check) => [.. All.Where(step => !check.Check(step).Passed)];

    /// <summary>The steps of both chapters, in reading order.</summary>
    public static IEnumerable<ArticleStep> All => ArticleSteps.all.Concat(CacheSteps.all);
}
