namespace Llama3.Reference.Walking;

/// <summary>Where the steps of a walk find the results that they read.</summary>
internal abstract class ResultSource
{
    /// <summary>Every result is computed.</summary>
    public static ResultSource Computed { get; } = new ComputedResults();

    /// <summary>Every result is given, and one that is not must not be read.</summary>
    /// <param name="find">The result of a step, or null if it is not given.</param>
    public static ResultSource Given(Func<ArticleStep, Scope, StepResult?> find) => new GivenResults(find);

    /// <summary>Some results are given; the others are computed from these.</summary>
    /// <param name="find">The result of a step, or null if it is not given.</param>
    public static ResultSource GivenOrComputed(Func<ArticleStep, Scope, StepResult?> find) => new GivenOrComputedResults(find);

    /// <summary>What other steps read of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="compute">Computes the result, or remembers it.</param>
    /// <exception cref="KeyNotFoundException">The result is not given, and not to be computed.</exception>
    public abstract StepResult Read(ArticleStep step, Scope scope, Func<StepResult> compute);

    /// <summary>What a step computes when it is right, even in a walk that computes it otherwise.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="compute">Computes the step as it is defined.</param>
    /// <exception cref="KeyNotFoundException">The result is not given, and not to be computed.</exception>
    public virtual StepResult Right(ArticleStep step, Scope scope, Func<StepResult> compute) => compute();

    /// <summary>Whether only the output of a finished layer is needed again, so that the rest of it can be forgotten.</summary>
    public virtual bool ForgetsFinishedLayers => false;

    private sealed class ComputedResults : ResultSource
    {
        public override bool ForgetsFinishedLayers => true;

        public override StepResult Read(ArticleStep step, Scope scope, Func<StepResult> compute) => compute();
    }

    private sealed class GivenResults(Func<ArticleStep, Scope, StepResult?> find) : ResultSource
    {
        public override StepResult Read(ArticleStep step, Scope scope, Func<StepResult> compute) =>
            find(step, scope) ?? throw new KeyNotFoundException($"{scope.KeyOf(step)} is not among the given results");

        /// <summary>The given result is right, even while the step's own code is broken.</summary>
        public override StepResult Right(ArticleStep step, Scope scope, Func<StepResult> compute) => Read(step, scope, compute);
    }

    private sealed class GivenOrComputedResults(Func<ArticleStep, Scope, StepResult?> find) : ResultSource
    {
        public override bool ForgetsFinishedLayers => true;

        public override StepResult Read(ArticleStep step, Scope scope, Func<StepResult> compute) => find(step, scope) ?? compute();
    }
}
