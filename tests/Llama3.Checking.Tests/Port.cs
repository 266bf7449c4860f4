using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests;

/// <summary>Ports to be judged: the reference itself, with or without a mistake in it, dumps what it computes.</summary>
internal static class Port
{
    /// <summary>Everything that a walk computes, in all layers and heads, by key.</summary>
    public static Dictionary<string, Tensor> Tensors(Walk walk, Func<ArticleStep, bool>? dumps = null)
    {
        var scopes = Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer);
        return (from scope in scopes from step in Aliases.Dumpable where step.dtype is not null && dumps?.Invoke(step) != false select (step, scope))
            .DistinctBy(result => result.scope.KeyOf(result.step))
            .ToDictionary(result => result.scope.KeyOf(result.step), result => Handle(walk[result.step, result.scope].tensor));
    }

    /// <summary>The walk with other computations; steps that have finer points inside are put together from these.</summary>
    public static Walk InParts(this Walk walk, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong) =>
        walk.With(FinerPoints.compositions.Where(composed => !wrong.ContainsKey(composed.Key)).Concat(wrong).ToDictionary());

    /// <summary>A handle of its own: the walk frees the results of a finished layer.</summary>
    public static Tensor Handle(Tensor tensor) => tensor.alias().DetachFromDisposeScope();

    /// <summary>The tensors of a port with a mistake.</summary>
    public static Dictionary<string, Tensor> Tensors(MicroModel model, ScalarType dtype, KnownMistake? mistake = null, Func<ArticleStep, bool>? dumps = null)
    {
        var walk = new Walk(model.Checkpoint, model.Article.Prompt, dtype);
        return Tensors(mistake is null ? walk : walk.With(mistake.Wrong), dumps);
    }

    /// <summary>What every port must dump, of all that one has.</summary>
    public static Dictionary<string, Tensor> WhatMustBeDumped(Dictionary<string, Tensor> tensors)
    {
        var layers = Enumerable.Range(0, MicroModel.Micro.Checkpoint.Params.n_layers).Select(Scope.Layer);
        var must = layers.SelectMany(layer => DumpContract.Must.Select(layer.KeyOf)).ToHashSet();
        return tensors.Where(tensor => must.Contains(tensor.Key)).ToDictionary();
    }

    /// <summary>The verdict on some tensors.</summary>
    public static PortReport Check(MicroModel model, IReadOnlyDictionary<string, Tensor> tensors, PortPrecision? precision = null) =>
        new DumpCheck(DumpedRun.Of(MemoryDump.Of(tensors), model.Article), precision).Run();
}
