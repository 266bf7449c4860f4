using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Reference.Steps;
using Llama3.Reference.Tests.Course;
using Llama3.Reference.Walking;

namespace Llama3.Reference.Tests;

/// <summary>The second chapter: one test per step, on golden inputs of every pass; then many tokens at once and one by one.</summary>
public sealed class Cache
{
    /// <summary>What one step in float32 is allowed.</summary>
    private const double StepLimit = 1e-5;

    /// <summary>Over a whole chain of passes: ten times that.</summary>
    private const double ChainLimit = 1e-4;

    public static TheoryData<string> Models => [.. MicroModel.All.Select(model => model.Name)];

    [StepTheory(Chapter.Cache)]
    public void Step(int number)
    {
        var step = CacheSteps.all.Single(step => step.number == number);
        foreach (var report in new[] { Broken.ReportOf(step), new GoldenCheck(MicroModel.MicroMha).Check(step) })
        {
            Assert.True(report.Passed, $"\n{report}\n");
        }
    }

    [StepFact("decode.positions", "3 tokens after 2 stand at 2, 3, 4")]
    public void Positions_by_hand() => KvCache.positions(kept: 2, tokens: 3).ToInt64s().Should().Equal(2, 3, 4);

    [StepFact("decode.k_cache", "new rows come after the kept ones, in every head; the first are kept as they are")]
    public void Append_by_hand()
    {
        var both = KvCache.append(torch.tensor([1f, 2, 3, 4], [2, 2, 1]), torch.tensor([5f, 6], [2, 1, 1]));
        both.shape.Should().Equal(2, 3, 1);
        both.ToSingles().Should().Equal(1, 2, 5, 3, 4, 6);
        KvCache.append(null, torch.tensor([5f, 6], [2, 1, 1])).ToSingles().Should().Equal(5, 6);
    }

    [StepFact("decode.mask", "of 2 new tokens after 1, the first does not see the second; of one alone, nothing is masked")]
    public void Mask_by_hand()
    {
        Attention.causal_mask(tokens: 2, cached: 1).ToSingles().Should().Equal(0, 0, float.NegativeInfinity, 0, 0, 0);
        Attention.causal_mask(tokens: 1, cached: 2).ToSingles().Should().Equal(0, 0, 0);
    }

    [Theory(DisplayName = "cache: pass after pass meets the goldens, which know no cache, and decodes the same tokens"), MemberData(nameof(Models))]
    public void Cached_equals_recomputed(string name)
    {
        var model = MicroModel.Named(name);
        var walk = First(model, model.Article.Results(float32)[ArticleSteps.tokens.id].tensor);
        foreach (var golden in model.Passes)
        {
            walk = walk.Next(golden.Results(float32)[ArticleSteps.tokens.id].tensor);
            foreach (var (key, expected) in golden.Results(float32).Where(result => result.Key.StartsWith("layers.", StringComparison.Ordinal)))
            {
                var (step, scope) = Find(key);
                Comparison.DistanceBetween(walk[step, scope].tensor, expected.tensor).Should().BeLessThan(ChainLimit, $"of {golden.Name} {key}");
            }
            walk[ArticleSteps.next_token, Scope.Article].tensor.item<long>()
                .Should().Be(golden.Results(float32)[ArticleSteps.next_token.id].tensor.item<long>(), golden.Name);
        }
    }

    [Theory(DisplayName = "cache: the prompt in pieces, however it is cut, computes what it computes as a whole"), MemberData(nameof(Models))]
    public void Prefill_in_pieces(string name)
    {
        var model = MicroModel.Named(name);
        var random = new Random(17);
        foreach (var pieces in Enumerable.Range(0, 8).Select(_ => random.Next(2, 17)).Append(1).Append(17))
        {
            ShouldYieldTheSame(model, Cut(model.Article.Results(float32)[ArticleSteps.tokens.id].tensor, pieces, random));
        }
    }

    private static void ShouldYieldTheSame(MicroModel model, List<Tensor> pieces)
    {
        var why = $"the prompt is cut into {string.Join(" + ", pieces.Select(piece => piece.shape[0]))}";
        var walk = pieces.Skip(1).Aggregate(First(model, pieces[0]), (before, piece) => before.Next(piece));
        var goldens = model.Article.Results(float32);
        foreach (var layer in Enumerable.Range(0, model.Checkpoint.Params.n_layers).Select(Scope.Layer))
        {
            Distance(CacheSteps.k_cache, ArticleSteps.k_per_token_rotated).Should().BeLessThan(StepLimit, why);
            Distance(CacheSteps.v_cache, ArticleSteps.v_per_token).Should().BeLessThan(StepLimit, why);

            double Distance(ArticleStep cache, ArticleStep whole) =>
                Comparison.DistanceBetween(walk[cache, layer].tensor, goldens[layer.KeyOf(whole)].tensor);
        }
        Comparison.DistanceBetween(walk[ArticleSteps.logits, Scope.Article].tensor, goldens[ArticleSteps.logits.id].tensor)
            .Should().BeLessThan(StepLimit, why);
        walk[ArticleSteps.next_token, Scope.Article].tensor.item<long>().Should().Be(goldens[ArticleSteps.next_token.id].tensor.item<long>(), why);
    }

    private static List<Tensor> Cut(Tensor tokens, int pieces, Random random)
    {
        var length = (int)tokens.shape[0];
        var cuts = Enumerable.Range(1, length - 1).OrderBy(_ => random.Next()).Take(pieces - 1).Append(0).Append(length).Order().ToList();
        return [.. cuts.Zip(cuts.Skip(1), (start, end) => tokens[start..end])];
    }

    private static Walk First(MicroModel model, Tensor tokens) =>
        new(model.Checkpoint, model.Manifest.Prompt, float32) { pass = CachePasses.First(tokens) };

    private static (ArticleStep Step, Scope Scope) Find(string key)
    {
        var parts = key.Split('.');
        var step = Broken.All.First(step => step.id == parts[2]);
        return (step, Scope.Layer(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)));
    }
}
