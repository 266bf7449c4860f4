using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Caching;

namespace Llama3.Verify.Tests.Generation;

/// <summary>Computing with a cache gives what computing everything again gives.</summary>
public sealed class KeyValueCacheTests
{
    private const int Decoded = 8;

    public static IEnumerable<object[]> Models =>
        from model in MicroModel.All from dtype in Precision.All select new object[] { model.Name, dtype };

    [Theory(DisplayName = "cache: decoding token by token with a cache equals computing all tokens again:"), MemberData(nameof(Models))]
    public void Decoding(string model, ScalarType dtype)
    {
        var (llama, tokens) = (Llama(model, dtype), PromptOf(model));
        using var cache = CacheOf(model, dtype, tokens.Count + Decoded);
        var logits = llama.forward(torch.tensor(tokens.ToArray()), cache);
        for (var i = 0; i < Decoded; i++)
        {
            ShouldAgree(logits, llama.forward(torch.tensor(tokens.ToArray())));
            tokens.Add(torch.argmax(logits, -1).item<long>());
            logits = llama.forward(torch.tensor(new[] { tokens[^1] }), cache);
        }
        cache.Length.Should().Be(tokens.Count);
    }

    [Theory(DisplayName = "cache: a prompt may be computed in parts, split anywhere:"), MemberData(nameof(Models))]
    public void Chunked_prefill(string model, ScalarType dtype)
    {
        var (llama, tokens) = (Llama(model, dtype), PromptOf(model).ToArray());
        var whole = llama.forward(torch.tensor(tokens));
        for (var split = 1; split < tokens.Length; split++)
        {
            using var cache = CacheOf(model, dtype, tokens.Length);
            llama.forward(torch.tensor(tokens[..split]), cache);
            ShouldAgree(llama.forward(torch.tensor(tokens[split..]), cache), whole);
        }
    }

    [Theory(DisplayName = "cache: a cache that has grown many times holds what it held:"), MemberData(nameof(Models))]
    public void Growing(string model, ScalarType dtype)
    {
        var (llama, tokens) = (Llama(model, dtype), Enumerable.Repeat(PromptOf(model), 12).SelectMany(ids => ids).ToArray());
        using var cache = CacheOf(model, dtype, tokens.Length);
        var logits = llama.forward(torch.tensor(tokens[..1]), cache);
        foreach (var chunk in tokens[1..].Chunk(31)) { logits = llama.forward(torch.tensor(chunk), cache); }
        ShouldAgree(logits, llama.forward(torch.tensor(tokens)));
    }

    [Fact(DisplayName = "cache: a full cache refuses, and keeps what it holds")]
    public void Full()
    {
        var (llama, tokens) = (Llama("micro", float32), PromptOf("micro").ToArray());
        using var cache = CacheOf("micro", float32, tokens.Length);
        llama.forward(torch.tensor(tokens[..^1]), cache);
        llama.Invoking(model => model.forward(torch.tensor(tokens[..2]), cache))
            .Should().Throw<InvalidOperationException>().WithMessage("the cache holds 16 of at most 17 tokens: 2 more do not fit");
        ShouldAgree(llama.forward(torch.tensor(tokens[^1..]), cache), llama.forward(torch.tensor(tokens)));
        cache.Length.Should().Be(tokens.Length);
    }

    [Theory(DisplayName = "cache: appending writes in place: nothing is moved while there is room, and what is appended again is overwritten:")]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void In_place(ScalarType dtype)
    {
        using var cached = new CachedTensor(dtype, 1, 2, 0, 3);
        var first = cached.Append(torch.ones(2, 1, 3, dtype: dtype), length: 0, most: 100);
        cached.Append(torch.full(2, 2, 3, 2, dtype: dtype), length: 1, most: 100).ToSingles().Should().Equal(
            1, 1, 1, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2);
        cached.Append(torch.full(2, 1, 3, 5, dtype: dtype), length: 0, most: 100);
        first.ToSingles().Should().Equal([5, 5, 5, 5, 5, 5], "it shows the memory that was written again");
    }

    /// <summary>
    /// A softmax adds up as many terms as there are keys, masked ones too, so that the last bits of float32 differ. libtorch's rsqrt
    /// of bfloat16 rounds once more where it has few numbers: after the end of a text, where the model knows nothing, another token may win
    /// by a hair.
    /// </summary>
    private static void ShouldAgree(Tensor actual, Tensor expected)
    {
        var roundsInside = Engine.Tensors != "Managed" && actual.dtype == ScalarType.BFloat16;
        if (!roundsInside) { torch.argmax(actual, -1).item<long>().Should().Be(torch.argmax(expected, -1).item<long>()); }
        var limit = actual.dtype == ScalarType.Float32 ? 1e-5 : 1e-2;
        Comparison.DistanceBetween(actual, expected).Should().BeLessThan(roundsInside ? 5 * limit : limit);
    }

    private static Llama3Model Llama(string model, ScalarType dtype) => new(MicroModel.Named(model).Checkpoint, dtype);

    private static List<long> PromptOf(string model) => [.. MicroModel.Named(model).Article.Results(float32)["tokens"].tensor.ToInt64s()];

    private static KeyValueCache CacheOf(string model, ScalarType dtype, int max_seq_len) =>
        new(MicroModel.Named(model).Checkpoint.Params, dtype, max_seq_len);
}
