using System.Globalization;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Caching;
using Llama3.Reference.Walking;

namespace Llama3.Benchmarks;

/// <summary>Measures what it is asked for on standard input, one word a line, and answers with one number: for peers.py.</summary>
internal static class Server
{
    private const string Prompt = "the answer to the ultimate question of life, the universe, and everything is ";
    private const int MostTokens = 64;
    private const int PartLength = 14336 * 4096;

    /// <summary>Answers until the input ends.</summary>
    public static void Run(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        var tokens = Tokens(checkpoint);
        var caches = new Dictionary<int, KeyValueCache>();
        var memory = new ushort[8 * PartLength];
        // Memory that was never written to is not there yet.
        memory.AsSpan().Fill(1);
        var (threads, next) = (Environment.ProcessorCount, 0);
        while (Console.ReadLine() is { } question)
        {
            Console.WriteLine(question.Split(' ') switch
            {
                ["forward"] => Limits.Seconds(() => Forward(checkpoint, tokens, cache: null)),
                ["forward", var count] => Limits.Seconds(() => Forward(checkpoint, arange(Number(count)), cache: null)),
                ["token", var positions] => OneToken(CacheOf(Number(positions))),
                ["walk"] => Limits.Seconds(() => Walk(checkpoint)),
                ["peak"] => Limits.Arithmetic(17L * PartLength * 4, threads),
                ["bandwidth"] => Limits.Reading(memory.AsMemory(next++ % 4 * 2 * PartLength, 2 * PartLength), threads),
                _ => throw new ArgumentException($"'{question}' is not forward, forward N, token N, walk, peak or bandwidth"),
            });
        }

        double OneToken(KeyValueCache cache) => Limits.Seconds(() => Forward(checkpoint, tokens[..1], cache));

        KeyValueCache CacheOf(int positions)
        {
            if (!caches.TryGetValue(positions, out var cache) || cache.Length == cache.max_seq_len)
            {
                cache?.Dispose();
                caches[positions] = cache = Decoding.Filled(checkpoint.Params, positions, positions + MostTokens);
            }
            return cache;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Forward(Checkpoint checkpoint, Tensor tokens, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        new Llama3Model(checkpoint, ScalarType.BFloat16).forward(tokens, cache);
    }

    private static Tensor Tokens(Checkpoint checkpoint)
    {
        using var walk = new Walk(checkpoint, Prompt, ScalarType.BFloat16);
        return walk[ArticleSteps.tokens, Scope.Article].tensor.alias();
    }

    private static void Walk(Checkpoint checkpoint)
    {
        using var walk = new Walk(checkpoint, Prompt, ScalarType.BFloat16);
        foreach (var layer in Enumerable.Range(0, walk.config.n_layers)) { walk.Take(ArticleSteps.layer_0_embedding, Scope.Layer(layer)); }
        walk.Take(ArticleSteps.next_token, Scope.Article);
    }
}
