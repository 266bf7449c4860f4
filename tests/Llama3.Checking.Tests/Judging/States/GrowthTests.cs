using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging.States;

/// <summary>Caches that lose rows where they grow, or digits of all; and chunks of a prompt that read rows which are not written yet.</summary>
public sealed class GrowthTests : IDisposable
{
    private static readonly long[] Thirty = [.. Enumerable.Range(0, 30).Select(at => (long)(at * 37 % RandomModel.Words))];

    private readonly StatePort _port = new();

    public void Dispose() => _port.Dispose();

    [Fact(DisplayName = "growth: the rows before token 32 are lost when the one after it comes, and stay lost")]
    public void Lost() => StatePort.Said(_port.Check(Passes(Find("cache_rows_lost_32"), [5, 6], [7, 8], [9]))).Should().Equal(new Dictionary<string, string>
    {
        ["decode.1"] = "cache_rows_lost_32",
        ["decode.2"] = "cache_rows_lost_32",
    });

    [Fact(DisplayName = "growth: by hand, of 31 rows none is lost with one more, and all with two")]
    public void By_hand()
    {
        Zeros([.. Thirty, 1], [5]).Should().Be("................................");
        Zeros([.. Thirty, 1], [5, 6]).Should().Be("0000000000000000000000000000000..");
        Zeros([.. Thirty, 1, 2], [5]).Should().Be("00000000000000000000000000000000.");

        string Zeros(long[] prompt, long[] next)
        {
            using var walk = StatePort.With(StatePort.Next(_port.Prompt(prompt), next), Find("cache_rows_lost_32"));
            return string.Concat(walk[CacheSteps.k_cache, Scope.Layer(1)].tensor[0].ToSingles().Chunk(16).Select(row => row.All(number => number == 0) ? '0' : '.'));
        }
    }

    [Theory(DisplayName = "keys and values in 8 bits are named, in the prompt and in the passes after it:")]
    [InlineData("cache_int8")]
    [InlineData("cache_int8_scale_floored")]
    [InlineData("cache_fp8")]
    public void Numbers(string name) => StatePort.Said(_port.Check(Passes(Find(name), [5, 6], [7]))).Should().Equal(new Dictionary<string, string>
    {
        [""] = name,
        ["decode.0"] = name,
        ["decode.1"] = name,
    });

    [Fact(DisplayName = "chunks: one that reads as many rows as the whole prompt will have is named, with the number")]
    public void Unwritten()
    {
        var wrong = new Dictionary<ArticleStep, Func<Values, StepResult>>
        {
            [CacheSteps.k_cache] = v => Filled(v.right(CacheSteps.k_cache)),
            [CacheSteps.v_cache] = v => Filled(v.right(CacheSteps.v_cache)),
        };
        var first = StatePort.With(_port.Prompt(Thirty[..12]), wrong);
        // What it has written itself is right, and with the last chunk there is nothing more.
        var second = StatePort.With(first.Next(torch.tensor(Thirty[12..21]), kept: 12), wrong);
        var last = StatePort.With(second.Next(torch.tensor(Thirty[21..]), kept: 21), wrong);
        var report = _port.Check(StatePort.Tensors(first), StatePort.Tensors(second, "decode.0."), StatePort.Tensors(last, "decode.1."));
        StatePort.Said(report).Should().Equal(new Dictionary<string, string>
        {
            [""] = "cache_rows_unwritten",
            ["decode.0"] = "cache_rows_unwritten",
            ["decode.1"] = "", // no fault of its own: it goes on from wrong numbers
        });
        report.Results.SelectMany(result => result.LooksLike).First().Mistake.Should().StartWith("attention reads 30 rows of the cache");

        static Tensor Filled(Tensor cache)
        {
            long[] sizes = [.. cache.shape[..^2], 30 - cache.shape[^2], cache.shape[^1]];
            return sizes[^2] == 0 ? cache : torch.cat([cache, torch.zeros(sizes)], -2);
        }
    }

    /// <summary>What is dumped of thirty tokens, and of more after them.</summary>
    private IEnumerable<Dictionary<string, Tensor>> Passes(IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong, params long[][] next)
    {
        var walk = StatePort.With(_port.Prompt(Thirty), wrong);
        yield return StatePort.Tensors(walk);
        foreach (var (number, tokens) in next.Index())
        {
            walk = StatePort.With(StatePort.Next(walk, tokens), wrong);
            yield return StatePort.Tensors(walk, $"decode.{number}.");
        }
    }

    private static IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> Find(string name) => KnownMistakes.Everything.Single(mistake => mistake.Name == name).InParts;
}
