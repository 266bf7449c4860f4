using Llama3.Checking.Reading;
using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Fitting;

/// <summary>A wrong result, and what it would be if some steps before it were computed otherwise.</summary>
internal sealed class Fault : IDisposable
{
    /// <summary>A number is fitted to no more results than these: it is tried on all of them afterwards.</summary>
    private const int Most = 1 << 14;

    private readonly ArticleStep _step;
    private readonly Scope _scope;
    private readonly Walk _walk;
    private readonly Tensor _right;
    private readonly long _every, _width;

    /// <summary>A result that does not follow from what the port dumped before it.</summary>
    /// <param name="dump">What the port dumped.</param>
    /// <param name="step">The step that is wrong.</param>
    /// <param name="scope">The layer and head.</param>
    /// <param name="between">Results between the dumped inputs and this one that are not dumped.</param>
    public Fault(DumpedRun dump, ArticleStep step, Scope scope, IReadOnlyList<Input> between)
    {
        (Dump, _step, _scope, _walk) = (dump, step, scope, dump.Walk(ScalarType.Float32));
        Computed = [step, .. between.Select(input => input.Step!)];
        _right = _walk.Run(step, scope).Result.tensor;
        Actual = Some(dump.Find(step, scope)!.tensor);
        Right = Some(_right);
        (_every, _width) = (Every(_right), _right.ndim == 0 ? 1 : _right.shape[^1]);
    }

    /// <summary>What the port dumped.</summary>
    public DumpedRun Dump { get; }

    /// <summary>The model that the port ran.</summary>
    public ModelParams Config => Dump.Checkpoint.Params;

    /// <summary>The steps that the reference computes on the way to the result, and its own.</summary>
    public HashSet<ArticleStep> Computed { get; }

    /// <summary>Whether it is of several tokens.</summary>
    public bool HasRows => Dump.Tokens > 1;

    /// <summary>The numbers of the result, as dumped.</summary>
    public float[] Actual { get; }

    /// <summary>What they should be, from the port's own inputs.</summary>
    public float[] Right { get; }

    /// <summary>The row in which one of them stands.</summary>
    public int RowOf(int index) => (int)(index * _every / _width);

    /// <summary>What they would be.</summary>
    /// <param name="wrong">The steps that are computed otherwise.</param>
    public float[] With(IEnumerable<(ArticleStep Step, Func<Values, StepResult> Run)> wrong)
    {
        var replaced = _walk.Replaced.ToDictionary();
        foreach (var (step, run) in wrong) { replaced[step] = step == _step ? v => run(v.After(step, _ => _right.alias())) : run; }
        using var walk = _walk.With(replaced);
        return Run(walk);
    }

    /// <summary>Frees what was computed.</summary>
    public void Dispose()
    {
        _walk.Dispose();
        _right.Dispose();
    }

    private float[] Run(Walk walk)
    {
        using var result = walk.Run(_step, _scope).Result.tensor;
        return Some(result);
    }

    /// <summary>All numbers, or of many every second, third, …</summary>
    private static float[] Some(Tensor tensor)
    {
        var (all, every) = (tensor.ToSingles(), Every(tensor));
        return every == 1 ? all : [.. all.Where((_, index) => index % every == 0)];
    }

    private static int Every(Tensor tensor) => (int)Math.Max(1, (tensor.numel() + Most - 1) / Most);
}
