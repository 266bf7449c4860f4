using Llama3.Checking.Comparing;
using Llama3.Checking.Reading.Parts;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading;

/// <summary>
/// Positions that count the padding in front of a row. That is right too: what a token sees depends on how far it is from others, and not on where the
/// counting begins.
/// </summary>
internal static class SlotPositions
{
    /// <summary>What is rotated by the wrong angles is further from the reference than this.</summary>
    private const double Different = 0.05;

    /// <summary>What shows the positions, in the order in which it is computed.</summary>
    private static readonly ArticleStep[] Showing =
        [ArticleSteps.freqs_for_each_token, ArticleSteps.freqs_cis, ArticleSteps.q_per_token_rotated, ArticleSteps.k_per_token_rotated];

    /// <summary>The prompt of a row at the positions that the port gave it: as it says, or else as its numbers show.</summary>
    /// <param name="row">The prompt.</param>
    /// <param name="from">The same, where the first token has a position.</param>
    public static DumpedRun Nearer(BatchRow row, Func<long, DumpedRun> from)
    {
        var first = row.Slots.Own[0];
        if (first == 0) { return from(0); }
        if (DumpedInputs.PositionsIn(row.Described) is { } dumped) { return from(dumped.SequenceEqual(row.Slots.Own) ? first : 0); }
        var (own, slots) = (from(0), from(first));
        // A table for the whole context is right wherever the counting begins.
        var told = Showing.Where(step => own.Has(step, Scope.Layer(0))).Select(step => (Own: Distance(own, step), Slots: Distance(slots, step)))
            .FirstOrDefault(distance => distance.Own >= Different || distance.Slots >= Different);
        return told.Slots < Different && told.Slots < told.Own / 2 ? slots : own;
    }

    /// <summary>From what the reference computes of the port's own numbers.</summary>
    private static double Distance(DumpedRun run, ArticleStep shown)
    {
        using var walk = run.Walk(ScalarType.Float32, except: new HashSet<ArticleStep> { shown });
        var (dumped, right) = (run.Find(shown, Scope.Layer(0))!.tensor, walk.Run(shown, Scope.Layer(0)).Result.tensor);
        return !dumped.shape.SequenceEqual(right.shape) ? double.PositiveInfinity
            : Comparison.DistanceBetween(Reals(dumped), Reals(right));
    }

    private static Tensor Reals(Tensor numbers) => numbers.dtype == ScalarType.ComplexFloat32 ? torch.view_as_real(numbers.contiguous()) : numbers;
}
