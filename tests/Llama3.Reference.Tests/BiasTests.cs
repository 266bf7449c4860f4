using System.Text.Json;
using Llama3.Formats.Checkpoints;
using Llama3.Reference.Caching;
using Llama3.Reference.Walking;

namespace Llama3.Reference.Tests;

/// <summary>A model with biases and linear RoPE scaling against PyTorch, see scripts/biased_model.py.</summary>
public sealed class BiasTests : IDisposable
{
    private const float Tolerance = 2e-5f; // float32 against float64; logits are up to 10

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "biased-model");

    private static readonly Expected Known = JsonSerializer.Deserialize<Expected>(File.ReadAllBytes(Path.Combine(Folder, "expected.json")))!;

    private readonly Checkpoint _checkpoint = Checkpoint.Open(Folder, TokenizerUse.None);

    public void Dispose() => _checkpoint.Dispose();

    [Fact(DisplayName = "biases: step by step, the logits that PyTorch computes")]
    public void Step_by_step()
    {
        using var walk = new Walk(_checkpoint, "", float32) { pass = CachePasses.First(torch.tensor(Known.tokens)) };
        Close(walk[ArticleSteps.logits, Scope.Article].tensor);
        walk.Take(ArticleSteps.q_per_token, new Scope(1, 3)).Inputs.Select(read => read.Name).Should().Contain("layers.1.attention.wq.bias");
    }

    [Fact(DisplayName = "biases: from the finer points, the logits that PyTorch computes")]
    public void From_finer_points()
    {
        using var walk = new Walk(_checkpoint, "", float32) { pass = CachePasses.First(torch.tensor(Known.tokens)), Replaced = FinerPoints.compositions };
        Close(walk[ArticleSteps.logits, Scope.Article].tensor);
    }

    [Fact(DisplayName = "biases: one head at a time is the same as all at once")]
    public void Head_by_head()
    {
        using var walk = new Walk(_checkpoint, "", float32) { pass = CachePasses.First(torch.tensor(Known.tokens)) };
        foreach (var step in new[] { ArticleSteps.q_per_token, ArticleSteps.k_per_token, ArticleSteps.v_per_token })
        {
            var all = walk[step, Scope.Layer(1)].tensor;
            walk[step, new Scope(1, 1)].tensor.ToSingles().Should().Equal(all[1].ToSingles(), (one, other) => Math.Abs(one - other) <= 1e-6f);
        }
    }

    [Fact(DisplayName = "biases: everything at once, with a cache too, the logits that PyTorch computes")]
    public void All_at_once()
    {
        var model = new Llama3Model(_checkpoint, float32);
        Close(model.forward(torch.tensor(Known.tokens)));
        using var cache = new KeyValueCache(_checkpoint.Params, float32, Known.tokens.Length);
        model.forward(torch.tensor(Known.tokens[..4]), cache);
        Close(model.forward(torch.tensor(Known.tokens[4..]), cache));
    }

    [Theory(DisplayName = "biases: those that config.json does not announce are refused")]
    [InlineData("attention_bias", "self_attn.q_proj.bias")]
    [InlineData("mlp_bias", "mlp.gate_proj.bias")]
    public void Announced(string field, string name)
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Folder, "model.safetensors"), folder["model.safetensors"]);
        File.WriteAllText(folder["config.json"], File.ReadAllText(Path.Combine(Folder, "config.json"))
            .Replace($"\"{field}\": true", $"\"{field}\": false", StringComparison.Ordinal));
        BadInput.IsRefused(
            () => Checkpoint.Open(folder.Path, TokenizerUse.None),
            $"{folder["model.safetensors"]} holds model.layers.0.{name}, but \"{field}\" of config.json is not true");
    }

    private static void Close(Tensor logits) =>
        logits.ToSingles().Should().Equal(Known.logits, (actual, expected) => Math.Abs(actual - expected) <= Tolerance);

    private sealed record Expected(long[] tokens, float[] logits);
}
