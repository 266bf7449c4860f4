using System.Text.Json;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Reference.Steps;
using Llama3.Reference.Walking;

namespace Llama3.Reference.Tests;

/// <summary>Scaled RoPE against PyTorch, see scripts/rope_scaling.py.</summary>
public sealed class RopeScalingTests
{
    private const float Tolerance = 2e-7f; // another pow differs by an ulp or two

    private static readonly Case[] Cases =
        JsonSerializer.Deserialize<Case[]>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "rope-scaling.json")))!;

    public static TheoryData<string> Names => [.. Cases.Select(known => known.name)];

    [Theory(DisplayName = "rope scaling: the frequencies that PyTorch computes for:"), MemberData(nameof(Names))]
    public void As_torch(string name)
    {
        var known = Cases.Single(known => known.name == name);
        RopeScaling scaling = known.low_freq_factor is { } low
            ? new Llama3RopeScaling(known.factor, low, known.high_freq_factor!.Value, known.original_max_position_embeddings!.Value)
            : new LinearRopeScaling(known.factor);
        Rope.freqs(Rope.zero_to_one(known.head_dim / 2), known.rope_theta, scaling).ToSingles()
            .Should().Equal(known.freqs, (actual, expected) => Math.Abs(actual - expected) <= Tolerance * expected);
    }

    [Fact(DisplayName = "rope scaling: fast pairs stay, slow ones turn 8 times slower, one half way between is the mean of both")]
    public void By_hand()
    {
        const float Context = 8192;
        var (fast, slow, between) = (2 * MathF.PI * 5 / Context, 2 * MathF.PI * 0.5f / Context, 2 * MathF.PI * 2.5f / Context);
        var scaled = Rope.apply_scaling(torch.tensor([fast, slow, between]), RopeScaling.Meta).ToSingles();
        (scaled[0], scaled[1]).Should().Be((fast, slow / 8));
        scaled[2].Should().BeApproximately((between + (between / 8)) / 2, 1e-9f);
    }

    [Fact(DisplayName = "rope scaling: one divisor for all pairs, or one for each")]
    public void Divided()
    {
        var parts = torch.tensor([0, 0.5f]);
        Rope.freqs(parts, 100, new LinearRopeScaling(4)).ToSingles().Should().Equal(0.25f, 0.025f);
        Rope.freqs(parts, 100, new DividedRopeScaling([2, 5])).ToSingles().Should().Equal(0.5f, 0.02f);
    }

    [Fact(DisplayName = "rope scaling: the step freqs scales where the model says so, and everything at once too")]
    public void In_the_walk()
    {
        var (plain, scaled) = (Freqs("false"), Freqs("true"));
        plain[..3].Should().Equal(scaled[..3]);
        scaled[4].Should().Be(plain[4] / 8, "a pair that turns once in 228,000 positions is slow");
    }

    [Fact(DisplayName = "rope scaling: of the 32 pairs of Llama 3.2 1B and of micro-3.2, 15 stay, 3 are interpolated, and 14 turn 32 times slower")]
    public void Bands()
    {
        var config = MicroModel.Micro32.Checkpoint.Params;
        (config.head_dim, config.rope_theta, config.rope_scaling).Should().Be((64, 500_000.0, new Llama3RopeScaling(32, 1, 4, 8192)));
        var factors = MicroModel.Micro32.Article.Results(float32)[ArticleSteps.freqs.id].tensor.ToSingles()
            .Select((freq, pair) => Math.Pow(500_000, -pair / 32.0) / freq).ToList();
        factors[..15].Should().AllSatisfy(factor => factor.Should().BeApproximately(1, 1e-6));
        factors[15..18].Should().AllSatisfy(factor => factor.Should().BeInRange(1.1, 31));
        factors[18..].Should().AllSatisfy(factor => factor.Should().BeApproximately(32, 3e-5));
    }

    private static float[] Freqs(string use_scaled_rope)
    {
        var model = Json.Micro.Replace("}", $", \"use_scaled_rope\": {use_scaled_rope}}}", StringComparison.Ordinal);
        using var checkpoint = Checkpoint.Open(
            name => name == "params.json" ? new MemoryStream(model.Bytes()) : Fixtures.Open($"fixtures/micro/{name}"), "resources");
        using var walk = new Walk(checkpoint, MicroModel.Micro.Manifest.Prompt, float32);
        var rotations = walk[ArticleSteps.freqs_cis, Scope.Article].tensor;
        new Llama3Model(checkpoint, float32).rotations(torch.arange(rotations.shape[0])).ToSingles().Should().Equal(rotations.ToSingles());
        return walk[ArticleSteps.freqs, Scope.Article].tensor.ToSingles();
    }

    private sealed record Case(
        string name, int head_dim, double rope_theta, double factor, double? low_freq_factor, double? high_freq_factor,
        int? original_max_position_embeddings, float[] freqs);
}
