using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>
/// How much of what a port is asked to dump was understood. A tensor whose name is not known is not judged: a dump of which almost nothing
/// was understood would agree, whatever the port computes.
/// </summary>
/// <param name="Asked">What a run on these inputs is asked to dump.</param>
/// <param name="Found">Those of them that were judged, in one layer at least.</param>
internal sealed record Coverage(IReadOnlyList<ArticleStep> Asked, IReadOnlyList<ArticleStep> Found)
{
    /// <summary>Of the steps that every port must dump, those up to the values of layer 0, the tokens aside.</summary>
    private static readonly int First = DumpContract.Must.Index().Single(step => step.Item == ArticleSteps.v_per_token).Index;

    /// <summary>How many must be found: 7 of the 17 that every port must dump. Of a case that asks for fewer than 14 it is half.</summary>
    public int Enough => Math.Clamp(Asked.Count / 2, 1, First);

    /// <summary>Whether as many were found.</summary>
    public bool Suffices => Found.Count >= Enough;

    /// <summary>The coverage of what was dumped on some inputs.</summary>
    /// <param name="golden">The inputs. What is set by hand, a port is not asked for.</param>
    /// <param name="results">What was judged.</param>
    public static Coverage Of(GoldenCase golden, IReadOnlyList<JudgedResult> results)
    {
        var covered = ArticleSteps.all.Where(step => golden.Covers(step) && step.dtype is not null).ToList();
        var must = DumpContract.Must.Intersect(covered).ToList();
        var asked = must.Count > 0 ? must : covered;
        return new(asked, [.. asked.Where(step => results.Any(result => result.Step == step))]);
    }
}
