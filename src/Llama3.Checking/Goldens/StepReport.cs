using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>How a step compares with its goldens.</summary>
/// <param name="Step">The step.</param>
/// <param name="Failures">Every golden that it missed; empty if it is right.</param>
internal sealed record StepReport(ArticleStep Step, IReadOnlyList<GoldenFailure> Failures)
{
    /// <summary>Known mistakes that compute all of these wrong results; several where the goldens cannot tell them apart.</summary>
    public IReadOnlyList<KnownMistake> LooksLike() => Explanation.Of(Failures);

    /// <summary>Whether the step met all its goldens.</summary>
    public bool Passed => Failures.Count == 0;

    /// <summary>What is wrong, then, after an empty line, the verdict: the step, the likely mistake, and where to look.</summary>
    public override string ToString() => Passed ? $"{Step}: agrees with all goldens" : new StepMessage(this).ToString();
}
