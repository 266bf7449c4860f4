using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// The results between a step and the dumped results that it was computed from. A port that dumps <c>token_embeddings</c> and
/// <c>q_per_token_rotated</c>, but not <c>q_per_token</c>: the inputs of the second are the first, and <c>q_per_token</c> is between.
/// </summary>
/// <param name="Between">Results on the path that are not dumped, in the order in which they are computed.</param>
/// <param name="Inputs">Dumped results at the start of the path.</param>
internal sealed record InputPath(IReadOnlyList<Input> Between, IReadOnlyList<Input> Inputs)
{
    /// <summary>Whether the step's inputs were dumped, but for results that count as a part of the step itself.</summary>
    public bool HasAllInputs => Between.All(DumpContract.IsFolded);

    /// <summary>All results on the path, in the order in which they are computed.</summary>
    public IEnumerable<Input> InOrder => Ordered([.. Inputs, .. Between]);

    /// <summary>The path to a step that a walk has computed.</summary>
    /// <param name="step">The step.</param>
    /// <param name="run">What the walk read to compute it.</param>
    /// <param name="walk">The walk; it tells in turn what it reads to compute a result that was not dumped.</param>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="except">Steps that the walk computes although they were dumped.</param>
    public static InputPath To(ArticleStep step, StepRun run, Walk walk, DumpedRun dump, IReadOnlySet<ArticleStep> except)
    {
        var (between, inputs, open, seen) = (new List<Input>(), new List<Input>(), new Queue<(ArticleStep, Input)>(), new HashSet<string>());
        Add(step, run.Inputs);
        while (open.TryDequeue(out var next))
        {
            var (reader, input) = next;
            if (input.Step is not { } before || OnlyCounts(reader, before) || !seen.Add(input.Name)) { continue; }
            if (!except.Contains(before) && dump.IsUsed(before, input.Scope)) { inputs.Add(input); continue; }
            if (dump.Golden.InputOf(before, input.Scope, ScalarType.Float32) is not null) { continue; }
            between.Add(input);
            Add(before, walk.InputsOf(before, input.Scope));
        }
        return new([.. Ordered(between)], inputs);

        void Add(ArticleStep reader, IEnumerable<Input> read)
        {
            foreach (var input in read) { open.Enqueue((reader, input)); }
        }
    }

    /// <summary>Results in the order in which they are computed.</summary>
    public static IEnumerable<Input> Ordered(IEnumerable<Input> inputs) =>
        inputs.OrderBy(input => input.Scope.layer).ThenBy(input => Aliases.Position(input.Step!));

    /// <summary>
    /// Whether a step reads only the number of rows of another, which is known. Only the embeddings depend on which tokens there are;
    /// the mask depends on the length of the cache.
    /// </summary>
    private static bool OnlyCounts(ArticleStep reader, ArticleStep before) =>
        (before == ArticleSteps.tokens && reader != ArticleSteps.token_embeddings_unnormalized)
        || (before == CacheSteps.k_cache && reader == ArticleSteps.mask);
}
