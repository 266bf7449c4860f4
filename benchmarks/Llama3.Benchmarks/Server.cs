using System.Globalization;
using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Caching;
using Llama3.Reference.Walking;

namespace Llama3.Benchmarks;

/// <summary>Measures what it is asked for on standard input, one question a line, and answers with one number: for peers.py.</summary>
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
        var memory = new Lazy<Memory<ushort>>(Memory);
        var (threads, next) = (Environment.ProcessorCount, 0);
        while (Console.ReadLine() is { } question)
        {
            Console.WriteLine(question.Split(' ') switch
            {
                ["forward"] => Limits.Seconds(() => Forward(checkpoint, tokens, cache: null)),
                ["forward", var count] => Limits.Seconds(() => Forward(checkpoint, arange(Number(count)), cache: null)),
                ["token", var positions] => OneToken(CacheOf(Number(positions))),
                ["next"] => Forward(checkpoint, tokens, cache: null),
                ["walk"] => Limits.Seconds(() => Walk(checkpoint)),
                ["peak"] => Limits.Arithmetic(17L * PartLength * 4, threads),
                ["bandwidth"] => Limits.Reading(memory.Value.Slice(next++ % 4 * 2 * PartLength, 2 * PartLength), threads),
                _ => throw new ArgumentException($"'{question}' is not forward, forward N, token N, next, walk, peak or bandwidth"),
            });
        }

        double OneToken(KeyValueCache cache) => Limits.Seconds(() => Forward(checkpoint, tokens[..1], cache));

        KeyValueCache CacheOf(int positions)
        {
            if (!caches.TryGetValue(positions, out var cache) || cache.Length == cache.max_seq_len)
            {
                cache?.Dispose();
                caches[positions] = cache = Decoding.Filled(checkpoint.Params, Dtype(checkpoint), positions, positions + MostTokens);
            }
            return cache;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>As the tool computes if nothing else is asked for.</summary>
    private static ScalarType Dtype(Checkpoint checkpoint) => checkpoint.is_packed ? ScalarType.Float32 : ScalarType.BFloat16;

    /// <summary>The most likely token to follow.</summary>
    private static double Forward(Checkpoint checkpoint, Tensor tokens, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        return new Llama3Model(checkpoint, Dtype(checkpoint)).forward(tokens, cache).argmax().item<long>();
    }

    /// <summary>Written to once: memory that was never written to is not there yet.</summary>
    private static Memory<ushort> Memory()
    {
        var memory = new ushort[8 * PartLength];
        memory.AsSpan().Fill(1);
        return memory;
    }

    private static Tensor Tokens(Checkpoint checkpoint)
    {
        using var walk = new Walk(checkpoint, Prompt, Dtype(checkpoint));
        return walk[ArticleSteps.tokens, Scope.Article].tensor.alias();
    }

    private static void Walk(Checkpoint checkpoint)
    {
        using var walk = new Walk(checkpoint, Prompt, Dtype(checkpoint));
        foreach (var layer in Enumerable.Range(0, walk.config.n_layers)) { walk.Take(ArticleSteps.layer_0_embedding, Scope.Layer(layer)); }
        walk.Take(ArticleSteps.next_token, Scope.Article);
    }
}
