namespace Llama3.Reference.Walking;

/// <summary>The steps that a walk has computed, each with its inputs.</summary>
internal sealed class TakenSteps : IDisposable
{
    private readonly Dictionary<(ArticleStep Step, Scope Scope), StepRun> _runs = [];
    private readonly Dictionary<(ArticleStep Step, Scope Scope), IReadOnlyList<Input>> _inputs = [];

    /// <summary>A step that has been computed; null if it has not.</summary>
    public StepRun? Find(ArticleStep step, Scope scope) => _runs.GetValueOrDefault((step, scope.Of(step)));

    /// <summary>Remembers a step.</summary>
    /// <returns>The step.</returns>
    public StepRun Add(ArticleStep step, Scope scope, StepRun run)
    {
        _inputs[(step, scope.Of(step))] = run.Inputs;
        return _runs[(step, scope.Of(step))] = run;
    }

    /// <summary>What a step has read, also where its result is forgotten; null if it has not been computed.</summary>
    public IReadOnlyList<Input>? InputsOf(ArticleStep step, Scope scope) => _inputs.GetValueOrDefault((step, scope.Of(step)));

    /// <summary>Frees all of a finished layer but its output and its caches: scores of many tokens take much memory.</summary>
    public void ForgetLayer(int layer)
    {
        foreach (var key in _runs.Keys.Where(key => key.Scope == Scope.Layer(layer) && !key.Step.is_layer_output && !key.Step.is_cache).ToList())
        {
            _runs.Remove(key, out var run);
            run!.Result.Dispose();
        }
    }

    /// <summary>Frees everything.</summary>
    public void Dispose()
    {
        foreach (var run in _runs.Values) { run.Result.Dispose(); }
        _runs.Clear();
    }
}
