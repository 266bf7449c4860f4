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
    public const int Words = 384;

    private const int Prompt = 19;

    private readonly TemporaryFolder _folder = new();
    private readonly Checkpoint _checkpoint;

    /// <summary>A model of two layers.</summary>
    /// <param name="heads">Query heads.</param>
    /// <param name="kvHeads">Key/value heads.</param>
    /// <param name="headDim">The length of a head.</param>
    /// <param name="scaling">"llama3", within a context of 64, as in Llama 3.2; "linear"; or "default" for none.</param>
    /// <param name="tied">Whether the output matrix is the embedding table.</param>
    /// <param name="biased">Whether attention and feed-forward have biases.</param>
    public RandomModel(int heads, int kvHeads, int headDim, string scaling, bool tied, bool biased = false)
        : this(new ModelSizes(heads, kvHeads, headDim) { Scaling = scaling, Tied = tied, Biased = biased })
    {
    }

    /// <summary>Writes and opens it. Always the same for the same sizes.</summary>
    public RandomModel(ModelSizes sizes)
    {
        File.WriteAllText(_folder["config.json"], JsonSerializer.Serialize(new
        {
            model_type = "llama",
            hidden_size = sizes.Dim,
            num_hidden_layers = sizes.Layers,
            num_attention_heads = sizes.Heads,
            num_key_value_heads = sizes.KvHeads,
            head_dim = sizes.HeadDim,
            intermediate_size = 160,
            vocab_size = Words,
            rms_norm_eps = sizes.Eps,
            tie_word_embeddings = sizes.Tied,
            attention_bias = sizes.Biased,
            mlp_bias = sizes.Biased,
            rope_parameters = sizes.Scaling switch
            {
                "llama3" => new { rope_type = "llama3", rope_theta = 500000.0, factor = 32.0, low_freq_factor = 1.0, high_freq_factor = 4.0, original_max_position_embeddings = sizes.Context },
                "linear" => new { rope_type = "linear", rope_theta = 10000.0, factor = 4.0 },
                _ => (object)new { rope_type = "default", rope_theta = sizes.Theta },
            },
        }));
        using (var config = File.OpenRead(_folder["config.json"])) { Write(ModelParams.ReadConfig(config, "config.json"), sizes); }
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
    /// <param name="wrong">What it computes otherwise.</param>
    /// <param name="length">The number of tokens.</param>
    public Walk Port(IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>> wrong, int length = Prompt)
    {
        var tokens = Enumerable.Range(0, length).Select(at => (long)(at * 37 % Words)).ToArray();
        return new Walk(_checkpoint, "", float32) { pass = CachePasses.First(torch.tensor(tokens)) }
            .InParts(wrong);
    }

    private void Write(ModelParams config, ModelSizes sizes)
    {
        var random = new Random(42);
        using var file = File.Create(_folder["model.safetensors"]);
        SafetensorsWriter.Write(file, config.tensor_shapes.Where(tensor => !(config.tie_word_embeddings && tensor.Key == "output.weight")).Select(tensor =>
        {
            var numbers = new float[tensor.Value.Aggregate((product, size) => product * size)];
            for (var i = 0; i < numbers.Length; i++) { numbers[i] = Number(isNorm: tensor.Key.EndsWith("norm.weight", StringComparison.Ordinal)); }
            for (var i = 0; i < numbers.Length && sizes.IsOutlier(tensor.Key); i++) { numbers[i] *= i < tensor.Value[^1] ? ModelSizes.Outlier : 1; }
            if (tensor.Key == "output.weight" && sizes.LastWord is var (word, times))
            {
                for (var i = 0; i < sizes.Dim; i++) { numbers[((Words - 1) * sizes.Dim) + i] = times * numbers[(word * sizes.Dim) + i]; }
            }
            var weight = torch.tensor(numbers, tensor.Value);
            return SafetensorsTensor.Of(HuggingFaceNames.Of(tensor.Key), sizes.IsBFloat16 ? weight.to_type(bfloat16) : weight);
        }));

        float Number(bool isNorm) => isNorm ? 0.5f + random.NextSingle() : (random.NextSingle() - 0.5f) / 2 * sizes.Weights;
    }
}
