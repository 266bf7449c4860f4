using Llama3.Formats.Checkpoints;
using Llama3.Reference;
using Llama3.Reference.Caching;

namespace Llama3.Benchmarks;

/// <summary>One more token with a cache, beside reading the same weights from beginning to end, in turns.</summary>
internal static class Decoding
{
    private static readonly int[] Positions = [16, 512, 4096, 8192];

    /// <summary>Measures and prints one line for each number of positions in the cache.</summary>
    /// <param name="folder">A checkpoint in bfloat16, which must fit into memory.</param>
    /// <param name="rounds">How many tokens for each line.</param>
    public static void Print(string folder, int rounds)
    {
        using var checkpoint = Checkpoint.Open(folder);
        using var files = new MappedFiles(folder);
        var weights = files.Contents;
        var bytes = WeightBytes(checkpoint.Params);
        Limits.Reading(weights, Environment.ProcessorCount); // From the disk into memory.
        Console.WriteLine($"{bytes / 1e9:F2} GB of weights for each token, {Environment.ProcessorCount} threads");
        Console.WriteLine("positions | ms per token | tokens/s | limit of the weights alone | with the cache | limit | median");
        foreach (var positions in Positions) { Console.WriteLine(Line(checkpoint, weights, bytes, positions, rounds)); }
    }

    /// <summary>The limit: the weights, and as if at the same pace the cache.</summary>
    private static string Line(Checkpoint checkpoint, IReadOnlyList<ReadOnlyMemory<ushort>> weights, long bytes, int positions, int rounds)
    {
        var model = new Llama3Model(checkpoint, ScalarType.BFloat16);
        using var cache = Filled(checkpoint.Params, ScalarType.BFloat16, positions, positions + rounds + 1);
        var token = tensor([17L]);
        model.forward(token, cache);
        var (times, rates) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            times[round] = Limits.Seconds(() => model.forward(token, cache));
            rates[round] = Limits.Reading(weights, Environment.ProcessorCount);
        }
        var (time, limit) = (times.Order().ElementAt(rounds / 2), rates.Order().ElementAt(rounds / 2));
        var rate = (bytes + CacheBytes(checkpoint.Params, positions)) / time / 1e9;
        return $"{positions,9} | {1000 * time,12:F0} | {1 / time,8:F2} | "
            + $"{limit / (bytes / 1e9),17:F2} tokens/s | {rate,9:F1} GB/s | {limit,5:F1} | {rate / limit,6:P0}";
    }

    /// <summary>All that a token is multiplied by: everything but the embedding table.</summary>
    private static long WeightBytes(ModelParams config) => config.tensor_shapes
        .Where(tensor => tensor.Key != "tok_embeddings.weight")
        .Sum(tensor => tensor.Value.Aggregate((product, size) => product * size) * sizeof(ushort));

    /// <summary>Random numbers of the right shapes: how fast they are read does not depend on what they are.</summary>
    public static KeyValueCache Filled(ModelParams config, ScalarType dtype, int positions, int max_seq_len)
    {
        var (cache, random) = (new KeyValueCache(config, dtype, max_seq_len), new Random(1));
        long[] shape = [config.n_kv_heads, positions, config.head_dim];
        var numbers = new float[shape.Aggregate((product, size) => product * size)];
        foreach (ref var number in numbers.AsSpan()) { number = random.NextSingle() - 0.5f; }
        var keys = tensor(numbers, shape);
        for (var layer = 0; layer < config.n_layers; layer++) { cache.Append(layer, keys, keys.to_type(dtype)); }
        cache.Advance(positions);
        return cache;
    }

    /// <summary>Keys in float32, values in bfloat16.</summary>
    private static long CacheBytes(ModelParams config, long positions) =>
        positions * config.n_layers * config.n_kv_heads * config.head_dim * (sizeof(float) + sizeof(ushort));
}
