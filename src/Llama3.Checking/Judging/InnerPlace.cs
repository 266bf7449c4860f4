using Llama3.Checking.Comparing;
using Llama3.Checking.Mistakes;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Judging;

/// <summary>Some heads, or some tokens: a mistake that is made for these alone leaves all others right.</summary>
internal sealed record InnerPlace
{
    private readonly ModelParams _model;
    private readonly HashSet<long> _indexes;

    private InnerPlace(ModelParams model, bool isOfHeads, IEnumerable<long> indexes, long? from) =>
        (_model, IsOfHeads, _indexes, From) = (model, isOfHeads, [.. indexes], from);

    /// <summary>Whether these are query heads; otherwise they are tokens.</summary>
    private bool IsOfHeads { get; }

    /// <summary>The position from which on all tokens belong to it; null where some in between do not.</summary>
    private long? From { get; }

    /// <summary>
    /// The places to which the error of a fault is confined; none if it is everywhere. A single head or token is none: too much computes the same there
    /// by chance, such as two ways of sharing key/value heads.
    /// </summary>
    /// <param name="fault">The fault.</param>
    /// <param name="model">The model that the port ran.</param>
    /// <param name="kept">How many tokens come before those of the fault.</param>
    public static IEnumerable<InnerPlace> Of(JudgedResult fault, ModelParams model, long kept) =>
        from confined in AxisErrors.Confined(fault.Places, fault.Deciding.Limit).OrderBy(confined => confined.Axis)
        where confined.Indexes.Count > 1 || (confined.Axis == "head" && IsOfGroups(fault.Step))
        from place in confined.Axis == "head" ? [OfHeads(fault.Step, confined.Indexes, model)] : OfTokens(fault, confined.Indexes, model, kept)
        select place;

    /// <summary>Whether it goes on to the last token, in whatever pass.</summary>
    public bool IsTail => From is not null;

    /// <summary>Whether all that a mistake gets wrong has heads, or tokens, to which it can be confined.</summary>
    public bool CanHold(KnownMistake mistake) => mistake.Wrong.Keys.All(step => step.dtype is not null && AxisIn(step, Scope.Layer(0)) is not null);

    /// <summary>A wrong computation that is made here alone; everywhere else the step is right.</summary>
    /// <param name="step">The step.</param>
    /// <param name="wrong">What it computes instead.</param>
    /// <param name="kept">How many tokens come before its own.</param>
    public Func<Values, StepResult> Confine(ArticleStep step, Func<Values, StepResult> wrong, long kept) => v =>
    {
        var (right, mistaken) = (v.right(step), wrong(v).tensor);
        var scope = v.head is null ? Scope.Layer(v.layer) : new Scope(v.layer, v.head);
        if (IsOfHeads && v.head is { } head && !IsSideBySide(step)) { return Holds(step, head) ? mistaken : right; }
        if (AxisIn(step, scope) is not { } axis || !right.shape.SequenceEqual(mistaken.shape)) { return right; }
        var sizes = right.shape;
        // Heads that lie side by side get an axis of their own.
        long[] split = IsSideBySide(step) ? [sizes[0], _model.n_heads, -1] : sizes;
        var (ours, theirs) = (right.reshape(split), mistaken.to_type(right.dtype).reshape(split));
        var first = step.is_cache ? 0 : kept;
        return torch.cat([.. Enumerable.Range(0, (int)ours.shape[axis])
            .Select(at => (Holds(step, IsOfHeads ? at : first + at) ? theirs : ours).index_select(axis, torch.tensor([(long)at])))], axis).reshape(sizes);
    };

    /// <summary>"for heads 4–7 only", "from token 12 on", "for token 3 only"</summary>
    public override string ToString() => From is { } first ? $"from token {first} on"
        : $"for {(IsOfHeads ? "head" : "token")}{(_indexes.Count == 1 ? "" : "s")} {NumberText.Ranges(_indexes.Select(index => (int)index))} only";

    private static InnerPlace OfHeads(ArticleStep step, IReadOnlyList<int> heads, ModelParams model)
    {
        var group = IsOfGroups(step) ? model.group_size : 1;
        return new(model, isOfHeads: true, heads.SelectMany(head => Enumerable.Range(head * group, group)).Select(head => (long)head), from: null);
    }

    /// <summary>All tokens from the first on, and just these: at the last of them the mistake may make no difference.</summary>
    private static IEnumerable<InnerPlace> OfTokens(JudgedResult fault, IReadOnlyList<int> tokens, ModelParams model, long kept)
    {
        var first = fault.Step.is_cache ? 0 : kept;
        var positions = tokens.Select(token => first + token).ToList();
        if (tokens[^1] - tokens[0] == tokens.Count - 1 && positions[0] > 0) { yield return new(model, isOfHeads: false, positions, from: positions[0]); }
        yield return new(model, isOfHeads: false, positions, from: null);
    }

    /// <summary>Null if the step has no such axis.</summary>
    private int? AxisIn(ArticleStep step, Scope scope)
    {
        var names = step.shape_in(scope).Names;
        if (!IsOfHeads) { return names.Index().Where(name => name.Item is "T" or "M" or "N+M").Select(name => (int?)name.Index).FirstOrDefault(); }
        return IsSideBySide(step) ? 1 : names is ["n_heads" or "n_kv_heads", ..] && AreWholeGroups(step) ? 0 : null;
    }

    private static bool IsOfGroups(ArticleStep step) => step.shape_in(Scope.Layer(0)).Names is ["n_kv_heads", ..];

    private static bool IsSideBySide(ArticleStep step) => step == ArticleSteps.stacked_qkv_attention;

    private bool AreWholeGroups(ArticleStep step) => !IsOfGroups(step) || Enumerable.Range(0, _model.n_heads)
        .GroupBy(head => head / _model.group_size)
        .All(group => group.Count(head => _indexes.Contains(head)) is var count && (count == 0 || count == _model.group_size));

    /// <summary>Whether a head of the step, or a position, belongs to it.</summary>
    private bool Holds(ArticleStep step, long index) =>
        IsOfHeads ? _indexes.Contains(IsOfGroups(step) ? index * _model.group_size : index)
        : From is { } first ? index >= first : _indexes.Contains(index);
}
