using System.Text.Json;
using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Safetensors;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>A small model with random weights, as a folder of Hugging Face's without a tokenizer.</summary>
internal sealed class RandomModel : IDisposable
{
    private const int Dim = 64, Words = 384, Prompt = 19;

    private readonly TemporaryFolder _folder = new();
    private readonly Checkpoint _checkpoint;

    /// <summary>Writes and opens it. Always the same for the same sizes.</summary>
    /// <param name="heads">Query heads.</param>
    /// <param name="kvHeads">Key/value heads.</param>
    /// <param name="headDim">The length of a head.</param>
    /// <param name="scaling">"llama3", within a context of 64, as in Llama 3.2; "linear"; or "default" for none.</param>
    /// <param name="tied">Whether the output matrix is the embedding table.</param>
    /// <param name="biased">Whether attention and feed-forward have biases.</param>
    public RandomModel(int heads, int kvHeads, int headDim, string scaling, bool tied, bool biased = false)
    {
        File.WriteAllText(_folder["config.json"], JsonSerializer.Serialize(new
        {
            model_type = "llama",
            hidden_size = Dim,
            num_hidden_layers = 2,
            num_attention_heads = heads,
            num_key_value_heads = kvHeads,
            head_dim = headDim,
            intermediate_size = 160,
            vocab_size = Words,
            rms_norm_eps = 1e-5,
            tie_word_embeddings = tied,
            attention_bias = biased,
            mlp_bias = biased,
            rope_parameters = scaling switch
            {
                "llama3" => new { rope_type = "llama3", rope_theta = 500000.0, factor = 32.0, low_freq_factor = 1.0, high_freq_factor = 4.0, original_max_position_embeddings = 64 },
                "linear" => new { rope_type = "linear", rope_theta = 10000.0, factor = 4.0 },
                _ => (object)new { rope_type = "default", rope_theta = 100000.0 },
            },
        }));
        using (var config = File.OpenRead(_folder["config.json"])) { Write(ModelParams.ReadConfig(config, "config.json")); }
        _checkpoint = Checkpoint.Open(_folder.Path, TokenizerUse.None);
        Model = new ReferenceModel(_folder.Path, _checkpoint);
    }

    public ReferenceModel Model { get; }

    public void Dispose()
    {
        _checkpoint.Dispose();
        _folder.Dispose();
    }

    /// <summary>A port of it, on a prompt.</summary>
    /// <param name="wrong">What it gets wrong.</param>
    public Walk Port(IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong)
    {
        var tokens = Enumerable.Range(0, Prompt).Select(at => (long)(at * 37 % Words)).ToArray();
        return new Walk(_checkpoint, "", float32) { pass = CachePasses.First(torch.tensor(tokens)) }
            .With(FinerPoints.compositions.Where(composed => !wrong.ContainsKey(composed.Key)).Concat(wrong).ToDictionary());
    }

    private void Write(ModelParams config)
    {
        var random = new Random(42);
        using var file = File.Create(_folder["model.safetensors"]);
        SafetensorsWriter.Write(file, config.tensor_shapes.Where(tensor => !(config.tie_word_embeddings && tensor.Key == "output.weight")).Select(tensor =>
        {
            var numbers = new float[tensor.Value.Aggregate((product, size) => product * size)];
            for (var i = 0; i < numbers.Length; i++) { numbers[i] = Number(isNorm: tensor.Key.EndsWith("norm.weight", StringComparison.Ordinal)); }
            return SafetensorsTensor.Of(HuggingFaceNames.Of(tensor.Key), torch.tensor(numbers, tensor.Value));
        }));

        float Number(bool isNorm) => isNorm ? 0.5f + random.NextSingle() : (random.NextSingle() - 0.5f) / 2;
    }
}
