using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.AllAtOnce;

/// <summary>A function of <see cref="Llama3Model"/>, and the steps that do the same one by one.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Steps">The steps, in order.</param>
/// <param name="Scope">The layer; <c>Scope.Article</c> outside the layers.</param>
/// <param name="Walk">The walk that takes these steps.</param>
/// <param name="Result">The step whose result the function returns.</param>
/// <param name="Compute">Calls the function on the results of the steps before it.</param>
internal sealed record Part(
    string Function, IReadOnlyList<ArticleStep> Steps, Scope Scope, Walk Walk, ArticleStep Result, Func<Llama3Model, Tensor> Compute)
{
    /// <summary>The parts that it calls, or that are simpler cases of it: while one of these is wrong, nothing can be said of it.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>How far it may be from the steps; by default every bit must be equal.</summary>
    public double Limit { get; init; }

    /// <summary>" with a cache", or nothing.</summary>
    public string When { get; init; } = "";

    /// <summary>"attention with a cache"</summary>
    public string Name => Function + When;

    /// <summary>What the steps compute.</summary>
    public Tensor Expected => Walk[Result, Scope].tensor;

    /// <summary>
    /// The same walk with a mistake in it. Within a layer, the results of all steps but the function's own are the right ones; outside the
    /// layers everything is computed.
    /// </summary>
    public Walk With(KnownMistake mistake) => Walk
        .With(Scope.head is null ? ResultSource.GivenOrComputed((step, scope) => IsOwn(step, scope) ? null : Walk[step, scope]) : Walk.Source)
        .With(mistake.Wrong);

    /// <summary>Those of the steps that a mistake gets wrong.</summary>
    public IEnumerable<ArticleStep> WrongBy(KnownMistake mistake) => Steps.Where(step => mistake.Wrong.ContainsKey(step.in_article));

    /// <summary>The mask is as wide as the cache of layer 0, so that a mistake in the cache must be made there too.</summary>
    private bool IsOwn(ArticleStep step, Scope scope) =>
        step.number >= Steps.Min(own => own.in_article.number) && (step.number <= Result.number || Steps.Contains(step))
            && (step.repeats == Repeats.Once || scope.layer == Scope.layer || step.is_cache);
}
