using System.Globalization;
using Llama3.Checking.Comparing;
using Llama3.Checking.Relations;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>Missed goldens as numbers, in which a simple relation is looked for.</summary>
internal static class Misses
{
    /// <summary>How near two right results of one engine are to each other, in bfloat16 and in float32.</summary>
    private const double NearInBFloat16 = 1e-2;
    private const double NearInFloat32 = 1e-5;

    /// <summary>What other inputs have no goldens for: these are of layer 0 alone.</summary>
    private const string OfALayer = "what ";

    /// <summary>The failures whose step computed a tensor.</summary>
    public static IReadOnlyList<Miss> Of(IEnumerable<GoldenFailure> failures) =>
        [.. failures.Where(failure => failure.Actual is { text: null } && failure.Expected.text is null).Select(Of)];

    private static Miss Of(GoldenFailure failure)
    {
        var (actual, expected, config) = (failure.Actual!.tensor, failure.Expected.tensor, failure.Walk.config);
        var (step, shape) = (failure.Step, failure.Step.shape_in(failure.Scope));
        if (step == ArticleSteps.stacked_qkv_attention)
        {
            long[] heads = [expected.shape[0], config.n_heads, -1];
            var reshaped = actual.shape.SequenceEqual(expected.shape) ? actual.reshape(heads) : actual;
            (actual, expected, shape) = (reshaped, expected.reshape(heads), new Shape("T n_heads head_dim"));
        }
        return new Miss(Grid.Of(actual), Grid.Of(expected), AxisNames.WithParts(shape, expected.dtype), Limit(actual.dtype, expected.dtype))
        {
            Names = shape.Names,
            IsRounded = expected.dtype == ScalarType.BFloat16,
            EveryHead = EveryHead(failure),
            Instead = () => Instead(failure),
            CannotTell = other => failure.Golden is OtherInputsCase && other.StartsWith(OfALayer, StringComparison.Ordinal),
        };
    }

    private static double Limit(ScalarType actual, ScalarType expected) => expected == ScalarType.Int64 ? 0
        : actual == ScalarType.BFloat16 || expected == ScalarType.BFloat16 ? NearInBFloat16
        : NearInFloat32;

    private static Grid? EveryHead(GoldenFailure failure) =>
        failure.Scope.head is not null && failure.Step.heads_in(failure.Walk.config) is not null
            && Find(failure, Scope.Layer(failure.Scope.layer)) is { } all ? Grid.Of(all) : null;

    private static Tensor? Find(GoldenFailure failure, Scope scope) =>
        failure.Golden.Results(failure.Walk.dtype).TryGetValue(scope.KeyOf(failure.Step), out var found) ? found.tensor : null;

    /// <summary>The other goldens that the result is, in words that mean the same in every layer where that is possible.</summary>
    private static IEnumerable<string> Instead(GoldenFailure failure)
    {
        var (actual, expected) = (failure.Actual!.tensor, failure.Expected.tensor);
        // As with every hypothesis: ten times nearer than the golden.
        var near = Math.Min(Limit(actual.dtype, expected.dtype), Comparison.DistanceBetween(actual, expected) / 10);
        return Lookalike.KeysOf(failure.Golden.Results(failure.Walk.dtype), actual, failure.Scope.KeyOf(failure.Step), near)
            .Concat(LayersOf(failure, near))
            .SelectMany(key => Words(key, failure.Step, failure.Scope.layer));
    }

    /// <summary>For the article's own result: the later layers, in which the goldens hold all heads.</summary>
    private static IEnumerable<string> LayersOf(GoldenFailure failure, double near) => failure.Scope.head is null || failure.Step.repeats == Repeats.Once
        ? []
        : Enumerable.Range(1, failure.Walk.config.n_layers - 1).Select(Scope.Layer)
            .Where(layer => Find(failure, layer) is { } all && Lookalike.IsNear(failure.Actual!.tensor, OfHead(all, failure), near))
            .Select(layer => layer.KeyOf(failure.Step));

    private static Tensor OfHead(Tensor all, GoldenFailure failure) => failure.Step.heads_in(failure.Walk.config) is null ? all : all[0];

    private static IEnumerable<string> Words(string key, ArticleStep own, int layer) => key.Split('.') switch
    {
        ["layers", var number, var id] => Words(int.Parse(number, CultureInfo.InvariantCulture), id, own, layer),
        [var id] when id == ArticleSteps.token_embeddings_unnormalized.id && layer == 0 => ["the layer's input", id],
        [var id] => [id],
        _ => [],
    };

    private static IEnumerable<string> Words(int other, string id, ArticleStep own, int layer) => (id == own.id, other - layer) switch
    {
        (true, 1) => [$"{OfALayer}the next layer should have", $"{OfALayer}layer {other} should have"],
        (true, -1) => [own.is_layer_output ? "the layer's input" : $"{OfALayer}the layer before should have", $"{OfALayer}layer {other} should have"],
        (true, not 0) => [$"{OfALayer}layer {other} should have"],
        (false, 0) => [id],
        (false, -1) when id == ArticleSteps.layer_0_embedding.id => ["the layer's input"],
        _ => [],
    };
}
