using Llama3.Checking.Goldens;
using Llama3.Checking.Tests.Judging;

namespace Llama3.Checking.Tests.Reports;

/// <summary>A model that ports run.</summary>
/// <param name="golden">What it is judged by, on its own prompt.</param>
/// <param name="owned">What is deleted with it; null for a model of the fixtures.</param>
internal sealed class PlainModel(GoldenModel golden, IDisposable? owned = null) : IDisposable
{
    private const int Length = 17;

    private readonly Lazy<long[]> _words = new(() => WordsOf(golden));

    private static readonly Dictionary<string, (string What, Func<PlainModel> Open)> Known = new()
    {
        ["micro"] = ("the micro checkpoint", () => new(MicroModel.Micro)),
        ["micro-mha"] = ("the micro checkpoint without grouped queries", () => new(MicroModel.MicroMha)),
        ["micro-3.2"] = ("the micro checkpoint in the shape of Llama 3.2", () => new(MicroModel.Micro32)),
        ["small"] = ("random weights, 4 heads over 2", () => Random(new(4, 2, 16) { Theta = 500_000 })),
        ["small-3.2"] = ("random weights in the shape of Llama 3.2, scaled from a context of 64", () => Random(new(8, 2, 64) { Scaling = "llama3", Tied = true, IsBFloat16 = true })),
        ["float32"] = ("random weights in float32", () => Random(new(4, 4, 16) { Theta = 10_000 })),
        ["small weights"] = ("random weights of less than 0.00003", () => Random(new(4, 2, 16) { IsBFloat16 = true, Weights = 1e-4f })),
        ["outliers"] = ("random weights, one number of every token hundreds of times larger", () => Random(new(4, 2, 16) { IsBFloat16 = true, Layers = 4, Outliers = true })),
        ["large products"] = ("random weights, one product of gate and up beyond 65504", () => Random(new(4, 2, 16) { IsBFloat16 = true, LargeProducts = true })),
    };

    /// <summary>The models, by name, and what they are.</summary>
    public static IReadOnlyDictionary<string, string> All => Known.ToDictionary(model => model.Key, model => model.Value.What);

    public static PlainModel Named(string name) => Known[name].Open();

    /// <summary>What a port is judged by.</summary>
    /// <param name="onItsPrompt">Whether it runs the article's prompt; otherwise the goldens do not count.</param>
    public GoldenModel Judge(bool onItsPrompt) => onItsPrompt || golden is ReferenceModel ? golden : new ReferenceModel(golden.Folder, golden.Checkpoint);

    /// <summary>The article's prompt where there are goldens.</summary>
    public long[] Prompt => golden is MicroModel micro
        ? micro.Article.Results(float32)["tokens"].tensor.ToInt64s()
        : Ids(Length, 0);

    /// <summary>Passes after it: of one token, of five, of one.</summary>
    public IEnumerable<long[]> Passes => golden is MicroModel
        ? golden.Passes.Take(3).Select(pass => pass.NewTokens.ToInt64s())
        : new[] { 1, 5, 1 }.Select((count, pass) => Ids(count, 31 + pass));

    /// <summary>Positions and queries and keys of one head, to be rotated far from the beginning.</summary>
    public (long[] Positions, Tensor Queries, Tensor Keys) Far => golden.CaseNamed("far_positions") is var far && far.Results(float32) is var fed
        ? (far.Positions()!.ToInt64s(), fed["q_per_token"].tensor, fed["k_per_token"].tensor)
        : default;

    /// <summary>Ids whose embeddings are not zero: micro knows few.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Others for another number.</param>
    public long[] Ids(int count, int seed) => [.. Enumerable.Range(0, count).Select(at => _words.Value[(((at + seed) * 37) + (at * at)) % _words.Value.Length])];

    /// <summary>A port that is right.</summary>
    /// <param name="halves">Whether it takes Hugging Face's order.</param>
    public PlainLlama Port(bool halves = false) => new(PlainConfig.Of(golden.Checkpoint.Params), PlainWeights.Of(golden.Checkpoint, halves), halves);

    /// <summary>The weights in another order than the port's own.</summary>
    public void Load(PlainLlama port, bool halves)
    {
        foreach (var (name, numbers) in PlainWeights.Of(golden.Checkpoint, halves)) { port.Weights[name] = numbers; }
    }

    public void Dispose() => owned?.Dispose();

    private static long[] WordsOf(GoldenModel golden)
    {
        var (config, weights) = (PlainConfig.Of(golden.Checkpoint.Params), PlainWeights.Of(golden.Checkpoint, huggingFace: false));
        return [.. Enumerable.Range(0, config.Words).Where(word => weights["tok_embeddings.weight"].AsSpan(word * config.Dim, config.Dim).ContainsAnyExcept(0)).Select(word => (long)word)];
    }

    private static PlainModel Random(ModelSizes sizes)
    {
        var random = new RandomModel(sizes);
        return new PlainModel(random.Model, random);
    }
}
