using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>What a wrong port dumps of the article's prompt and of passes after it, and parts of that.</summary>
internal static class WrongPort
{
    /// <summary>One of one token, one of five.</summary>
    private const int Passes = 2;

    private static readonly MicroModel Model = MicroModel.Micro;

    private static readonly Dictionary<ArticleStep, Func<Values, StepResult>> Nothing = [];

    private static readonly ArticleStep[] Kept = [ArticleSteps.k_per_token_rotated, ArticleSteps.v_per_token, CacheSteps.k_cache, CacheSteps.v_cache];

    private static readonly HashSet<string> Musts = [.. from layer in Enumerable.Range(0, Model.Checkpoint.Params.n_layers)
                                                        from step in DumpContract.Must
                                                        select Scope.Layer(layer).KeyOf(step)];

    /// <summary>What a port that is right dumps.</summary>
    public static Dictionary<string, Tensor> Right => Honest.Value;

    private static readonly Lazy<Dictionary<string, Tensor>> Honest = new(() => Tensors(Nothing, Place.Everywhere, upToLogits: false));

    /// <summary>Everything that a port with a mistake computes.</summary>
    /// <param name="stranger">The mistake.</param>
    /// <param name="toTheEnd">Whether logits and next token are dumped; if left out, where the mistake is made in them.</param>
    public static Dictionary<string, Tensor> Everything(Stranger stranger, bool? toTheEnd = null) =>
        Tensors(stranger.Replaced, stranger.Place, upToLogits: !(toTheEnd ?? stranger.IsLast));

    /// <summary>Of these what a port must dump.</summary>
    public static Dictionary<string, Tensor> WhatMustBeDumped(Dictionary<string, Tensor> tensors) =>
        tensors.Where(tensor => IsMust(tensor.Key)).ToDictionary();

    /// <summary>Of these some; what passes are computed from is among them.</summary>
    /// <param name="tensors">Everything.</param>
    /// <param name="share">How many.</param>
    /// <param name="seed">Of the random choice.</param>
    /// <param name="always">Which are among them in any case.</param>
    public static Dictionary<string, Tensor> Some(Dictionary<string, Tensor> tensors, double share, string seed, Func<string, bool>? always = null)
    {
        var random = new Random(seed.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)));
        return tensors.Where(tensor => random.NextDouble() < share | IsFed(tensor.Key) || always?.Invoke(tensor.Key) == true).ToDictionary();
    }

    /// <summary>Whether it is kept for later passes.</summary>
    public static bool IsKept(string key) => Kept.Any(step => key.Split('.')[^1] == step.id);

    public static bool IsMust(string key) => Musts.Contains(WithoutPass(key));

    public static PortReport Check(Dictionary<string, Tensor> tensors) => new DumpCheck(DumpedRun.Of(MemoryDump.Of(tensors), Model.Article), PortPrecision.fp32).Run();

    /// <summary>What a pass is computed from: its tokens, and what was kept of those before.</summary>
    private static bool IsFed(string key) => WithoutPass(key) == ArticleSteps.tokens.id || Kept.Take(2).Any(step => key.EndsWith($".{step.id}", StringComparison.Ordinal));

    private static string WithoutPass(string key) => key.StartsWith("decode.", StringComparison.Ordinal) ? key.Split('.', 3)[2] : key;

    /// <summary>Logits take most of the time.</summary>
    private static Dictionary<string, Tensor> Tensors(
        IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> replaced, Place place, bool upToLogits)
    {
        var (tensors, prompt) = (new Dictionary<string, Tensor>(), Prompt());
        var walk = place.InPrompt ? prompt.With(replaced) : prompt;
        Add(tensors, "", walk, Aliases.Dumpable, upToLogits);
        foreach (var pass in Model.Passes.Take(Passes))
        {
            walk = walk.Next(pass.NewTokens);
            walk = walk.With(place.InPasses ? replaced : Nothing);
            Add(tensors, pass.Prefix, walk, Aliases.DumpableWithCache, upToLogits);
        }
        return tensors;
    }

    private static Walk Prompt() => new(Model.Checkpoint, Model.Article.Prompt, float32)
    {
        pass = CachePasses.First(Model.Article.Results(float32)[ArticleSteps.tokens.id].tensor),
    };

    private static void Add(Dictionary<string, Tensor> tensors, string prefix, Walk walk, IReadOnlyList<ArticleStep> dumpable, bool upToLogits)
    {
        var steps = dumpable.Where(step => step.dtype is not null).TakeWhile(step => !upToLogits || step != ArticleSteps.logits).ToList();
        foreach (var scope in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer))
        {
            foreach (var step in steps) { tensors[prefix + scope.KeyOf(step)] = Port.Handle(walk[step, scope].tensor); }
        }
    }
}
