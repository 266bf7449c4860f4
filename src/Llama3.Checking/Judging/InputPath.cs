using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>What lies between a step and the dumped results that it was computed from.</summary>
/// <param name="Between">Results on the way that are not dumped.</param>
/// <param name="Inputs">Dumped results at the end of the way.</param>
internal sealed record InputPath(IReadOnlyList<Input> Between, IReadOnlyList<Input> Inputs)
{
    /// <summary>Whether all that is missing counts as a part of the step itself.</summary>
    public bool IsWhole => Between.All(DumpContract.IsFolded);

    /// <summary>The way to a step that a walk computes.</summary>
    public static InputPath To(ArticleStep step, StepRun run, Walk walk, DumpedRun dump)
    {
        var (between, inputs, open, seen) = (new List<Input>(), new List<Input>(), new Queue<(ArticleStep, Input)>(), new HashSet<string>());
        Add(step, run.Inputs);
        while (open.TryDequeue(out var next))
        {
            var (reader, input) = next;
            if (input.Step is not { } before || IsCounted(before, reader) || !seen.Add(input.Name)) { continue; }
            if (dump.IsUsed(before, input.Scope)) { inputs.Add(input); continue; }
            if (dump.Golden.InputOf(before, input.Scope, ScalarType.Float32) is not null) { continue; }
            between.Add(input);
            Add(before, walk.Take(before, input.Scope).Inputs);
        }
        return new([.. between.OrderBy(input => input.Scope.layer).ThenBy(input => Aliases.Position(input.Step!))], inputs);

        void Add(ArticleStep reader, IEnumerable<Input> read)
        {
            foreach (var input in read) { open.Enqueue((reader, input)); }
        }
    }

    /// <summary>
    /// Only the embeddings depend on which tokens there are; everywhere else their number counts, which is known. So does the mask on the cache.
    /// </summary>
    private static bool IsCounted(ArticleStep before, ArticleStep reader) =>
        (before == ArticleSteps.tokens && reader != ArticleSteps.token_embeddings_unnormalized)
        || (before == CacheSteps.k_cache && reader == ArticleSteps.mask);
}
