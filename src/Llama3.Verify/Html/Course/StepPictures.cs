using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference.Walking;
using Llama3.Verify.Printing;

namespace Llama3.Verify.Html.Course;

/// <summary>Pictures of what the steps compute on the micro checkpoint: the goldens, which PyTorch computed with the notebook's own cells.</summary>
internal static class StepPictures
{
    private const int MostColumns = 96;

    private static readonly MicroModel Model = MicroModel.Micro;

    /// <summary>All layers and heads of a step, or of weights the first layer; null where there is nothing to draw: text, ids, scores of the whole vocabulary.</summary>
    public static Picture? Of(ArticleStep step)
    {
        if (!IsDrawn(step)) { return null; }
        using var walk = StepText.CaseOf(step).Walk(ScalarType.BFloat16, computes: true);
        var layers = step.repeats == Repeats.Once ? 0 : HasTokens(step) ? Model.Checkpoint.Params.n_layers : 1;
        Scope[] scopes = layers == 0 ? [Scope.Article] : [.. Enumerable.Range(0, layers).Select(Scope.Layer)];
        var axes = Axes(step, step.shape_in(scopes[0]), walk[step, scopes[0]].tensor);
        if (scopes.Length > 1) { axes.Insert(0, new("layer", scopes.Length)); }
        var values = scopes.SelectMany(scope => walk[step, scope].tensor.ToSingles()).ToArray();
        return new Picture($"heat map of {step.id}: {step.title}", axes, values);
    }

    /// <summary>What a mistake makes of a step, beside what is right, in the first layer and head that show it; null where nothing is seen or drawn.</summary>
    public static (Picture Right, Picture Wrong)? Of(ArticleStep step, KnownMistake mistake)
    {
        var golden = StepText.CaseOf(step);
        if (!IsDrawn(step) || !golden.Mistakes.Contains(mistake)) { return null; }
        using var right = golden.Walk(ScalarType.Float32, computes: true);
        using var wrong = right.With(mistake.Wrong);
        foreach (var scope in Enumerable.Range(0, step.repeats == Repeats.Once ? 1 : Model.Checkpoint.Params.n_layers).Select(Scope.Layer))
        {
            var (expected, made) = (right[step, scope].tensor, wrong.Run(step, scope).Result.tensor);
            if (!expected.shape.SequenceEqual(made.shape)) { return null; }
            var heads = step.heads_in(Model.Checkpoint.Params);
            foreach (var head in heads is { } count ? Enumerable.Range(0, count).Select(head => (int?)head) : [null])
            {
                var (one, other) = head is { } at ? (expected[at], made[at]) : (expected, made);
                if (one.ToSingles().SequenceEqual(other.ToSingles())) { continue; }
                var place = step.repeats == Repeats.Once ? "" : $" in {scope with { head = head }}";
                return (Cut(step, mistake, one, $"right{place}"), Cut(step, mistake, other, $"{mistake.Name}{place}"));
            }
        }
        return null;
    }

    private static Picture Cut(ArticleStep step, KnownMistake mistake, Tensor tensor, string what)
    {
        var axes = Axes(step, step.shape, tensor);
        var (columns, values) = (axes[^1], tensor.ToSingles().Select(Picture.Rounded));
        var kept = Math.Min(columns.Length, MostColumns);
        return new Picture(
            what,
            [.. axes.SkipLast(1), columns with { Length = kept, Names = columns.Names?.Take(kept).ToList() }],
            [.. values.Where((_, index) => index % columns.Length < kept)])
        {
            Group = $"{mistake.Name}.{step.id}",
            Note = kept < columns.Length ? $"the first {kept} of {columns.Length}" : null,
        };
    }

    private static bool IsDrawn(ArticleStep step) =>
        step.dtype is not (null or ScalarType.Int64) && step.shape.Names.Count > 0 && !step.shape.Names.Contains("vocab_size");

    private static bool HasTokens(ArticleStep step) => step.shape.Names.Any(name => name is "T" or "M" or "N+M");

    /// <summary>Rows and columns at least; the two numbers of a pair, or of a complex number, stand beside each other.</summary>
    private static List<PictureAxis> Axes(ArticleStep step, Shape shape, Tensor tensor)
    {
        var texts = StepText.CaseOf(step).Texts;
        var axes = shape.Names.Index().Select(name => Axis(name.Item, (int)tensor.shape[name.Index], texts)).ToList();
        if (step.dtype == ScalarType.ComplexFloat32) { axes[^1] = Pairs(axes[^1].Length, "real", "imaginary"); }
        else if (shape.Names[^1] == "2")
        {
            axes.RemoveAt(axes.Count - 1);
            axes[^1] = Pairs(axes[^1].Length, "x", "y");
        }
        if (axes.Count == 1) { axes.Insert(0, new("", 1, [""])); }
        return axes;
    }

    private static PictureAxis Pairs(int count, string first, string second) =>
        new("pair", count * 2, [.. Enumerable.Range(0, count).SelectMany(pair => (string[])[$"{pair} {first}", $"{pair} {second}"])]);

    private static PictureAxis Axis(string name, int length, TokenTexts texts) => name switch
    {
        "T" or "M" or "N+M" => new("token", length, [.. Enumerable.Range(0, length).Select(token => texts.At(name, token) ?? $"{token}")]),
        "n_heads" => new("head", length),
        "n_kv_heads" => new("key/value head", length),
        "head_dim/2" => new("pair", length),
        _ => new("dimension", length),
    };
}
