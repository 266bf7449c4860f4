using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using static Llama3.Checking.Tests.Reading.RightPort;

namespace Llama3.Checking.Tests.Reading;

/// <summary>Right ports in Hugging Face's order agree, whatever they dump of it; ports that mix the orders do not.</summary>
public sealed class HalfSplitTests
{
    private static readonly string[] Vectors = ["q_per_token", "k_per_token", "q_per_token_rotated", "k_per_token_rotated"];
    private static readonly string[] Weights = ["q_layer0", "k_layer0", "q_layer0_head0", "k_layer0_head0"];

    [Theory(DisplayName = "queries and keys with their weights, in that order or as Meta has them:")]
    [InlineData(true)]
    [InlineData(false)]
    public void With_weights(bool permuted)
    {
        var tensors = Port(Views.None);
        foreach (var key in Keys(Weights)) { tensors[key] = permuted ? Rows(Prompt[key]) : Prompt[key]; }
        Notes(tensors).Should().Contain(note => note.StartsWith("half-split order") && note.Contains("q_layer0") == permuted);
    }

    [Theory(DisplayName = "queries and keys with all views of them:")]
    [InlineData(Views.OfPairs)]
    [InlineData(Views.OfNeighbours)]
    [InlineData(Views.HalvesFirst)]
    internal void With_views(Views views) => Notes(Port(views)).Should().Contain(note => note.StartsWith("half-split order"));

    [Fact(DisplayName = "with all views, and weights in that order, in passes as in the prompt")]
    public void With_everything()
    {
        var tensors = Port(Views.OfNeighbours);
        foreach (var key in Keys(Weights)) { tensors[key] = Rows(Prompt[key]); }
        foreach (var (key, tensor) in Passes.Where(pair => pair.Key.StartsWith("decode.0", StringComparison.Ordinal) || pair.Key.StartsWith("decode.1", StringComparison.Ordinal)))
        {
            tensors[key] = key.EndsWith("k_cache", StringComparison.Ordinal) || Vectors.Contains(key.Split('.')[^1]) ? Halves(tensor)
                : Weights.Contains(key.Split('.')[^1]) ? Rows(tensor)
                : IsView(key) ? View(tensor, Views.OfNeighbours)
                : tensor;
        }
        Notes(tensors).Count(note => note.StartsWith("half-split order") && note.Contains("k_cache")).Should().Be(2);
    }

    [Fact(DisplayName = "weights alone: what follows shows that the port rotates to match")]
    public void Weights_alone()
    {
        var tensors = new Dictionary<string, Tensor> { ["layers.1.stacked_qkv_attention"] = Prompt["layers.1.stacked_qkv_attention"] };
        foreach (var id in (string[])["q_layer0", "k_layer0"]) { tensors[$"layers.1.{id}"] = Rows(Prompt[$"layers.1.{id}"]); }
        Notes(tensors).Should().Contain(note => note.StartsWith("half-split order"));
        tensors.Remove("layers.1.stacked_qkv_attention");
        Check(tensors).Agrees.Should().BeFalse("nothing shows it");
    }

    [Fact(DisplayName = "keys of a cache alone")]
    public void A_cache_alone()
    {
        var tensors = Prompt.Where(pair => pair.Key == "tokens").Concat(Passes.Where(pair => pair.Key == "decode.0.tokens")).ToDictionary();
        for (var n = 0; n < 3; n++) { tensors[$"decode.0.layers.{n}.k_cache"] = Halves(Passes[$"decode.0.layers.{n}.k_cache"]); }
        Notes(tensors).Should().Contain("half-split order (Hugging Face), rearranged for comparison: k_cache");
    }

    [Theory(DisplayName = "who mixes the orders is blamed by name, with views and weights dumped too:")]
    [InlineData("rope_half_split")]
    [InlineData("qk_hf_permuted")]
    [InlineData("wq_hf_permuted")]
    public void Mixed(string name)
    {
        var mistake = KnownMistakes.All.Single(mistake => mistake.Name == name);
        var report = Tests.Port.Check(MicroModel.Micro, Tests.Port.Tensors(MicroModel.Micro, ScalarType.Float32, mistake, step => step.number < 39));
        report.Dump.Notes.Should().NotContain(note => note.StartsWith("half-split"));
        report.Results.Where(result => result.IsFault).Should().NotBeEmpty().And.OnlyContain(result => result.LooksLike.Single() == mistake);
    }

    /// <summary>How a port in this order dumps its pairs.</summary>
    internal enum Views
    {
        /// <summary>It does not.</summary>
        None,

        /// <summary>The number of the first half with that of the second: what Meta's order has, too.</summary>
        OfPairs,

        /// <summary>As the numbers lie in memory, two after two.</summary>
        OfNeighbours,

        /// <summary>The two halves, [2, head_dim/2].</summary>
        HalvesFirst,
    }

    /// <summary>Everything of a right port in this order, but for its weights.</summary>
    private static Dictionary<string, Tensor> Port(Views views) => Prompt
        .Where(pair => !Weights.Contains(pair.Key.Split('.')[^1]) && (views != Views.None || !IsView(pair.Key)))
        .ToDictionary(pair => pair.Key, pair => Vectors.Contains(pair.Key.Split('.')[^1]) ? Halves(pair.Value)
            : IsView(pair.Key) ? View(pair.Value, views)
            : pair.Value);

    private static bool IsView(string key) => key.Contains("_split_into_pairs", StringComparison.Ordinal) || key.Contains("_as_complex", StringComparison.Ordinal);

    private static Tensor View(Tensor view, Views views) => views switch
    {
        Views.OfNeighbours when view.dtype == ScalarType.ComplexFloat32 => torch.view_as_complex(Neighbours(torch.view_as_real(view)).contiguous()),
        Views.OfNeighbours when view.shape is [.., 5, 2] => Neighbours(view),
        Views.HalvesFirst when view.dtype != ScalarType.ComplexFloat32 => view.transpose(-1, -2).contiguous(),
        _ => view,
    };

    private static Tensor Neighbours(Tensor pairs) => Halves(pairs.reshape([.. pairs.shape[..^2], 10])).reshape(pairs.shape);

    private static IEnumerable<string> Keys(IEnumerable<string> ids) =>
        from n in Enumerable.Range(0, 3) from id in ids select $"layers.{n}.{id}";

    private static Tensor Rows(Tensor weights) => Halves(weights.transpose(-1, -2)).transpose(-1, -2).contiguous();

    private static Tensor Halves(Tensor x) => x.reshape([.. x.shape[..^1], x.shape[^1] / 2, 2]).transpose(-1, -2).reshape(x.shape);
}
