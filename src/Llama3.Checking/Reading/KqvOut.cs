using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Dumps;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Reading;

/// <summary>
/// Tells by the numbers of a dump what llama.cpp's kqv_out is in it: the input of wo, as it is today, or the output, as it was. Where they do
/// not tell, the dump is taken to be of today.
/// </summary>
/// <param name="dump">The dump.</param>
/// <param name="golden">What it should hold.</param>
/// <param name="named">Its tensors.</param>
internal sealed class KqvOut(Dump dump, GoldenCase golden, IReadOnlyList<NamedEntry> named)
{
    /// <summary>Two roundings of one result differ by less.</summary>
    private const double Near = 0.05;

    /// <summary>Whether it is the input, in most layers.</summary>
    public bool IsInput => named.Where(entry => Homonyms.IsKqvOut(entry.Name)).Sum(IsOutputIn) <= 0;

    /// <summary>1 if it is the output in a layer, -1 if it is the input, 0 if that cannot be told.</summary>
    private int IsOutputIn(NamedEntry entry)
    {
        var (layer, numbers) = (entry.Name.Layer!.Value, Numbers(entry));
        return IsWhatWasAdded(layer, numbers) ? 1
            : DistanceTo(stacked_qkv_attention, entry.Name, numbers).CompareTo(DistanceTo(embedding_delta, entry.Name, numbers));
    }

    /// <summary>Whether the port added just this to the embedding: then it is the output, right or wrong.</summary>
    private bool IsWhatWasAdded(int layer, float[] numbers)
    {
        var before = layer == 0 ? Numbers(token_embeddings_unnormalized, null) : Numbers(layer_0_embedding, layer - 1);
        var after = Numbers(embedding_after_edit, layer);
        return before?.Length == numbers.Length && after?.Length == numbers.Length
            && Comparison.DistanceBetween(numbers, after.Zip(before, (sum, embedding) => sum - embedding).ToArray()) < Near;
    }

    /// <summary>From the golden's row of that position, or from as many last numbers of it; infinite where it has none.</summary>
    private double DistanceTo(ArticleStep step, TensorName name, float[] numbers)
    {
        if (golden.Expected(step, Scope.Layer(name.Layer!.Value), ScalarType.Float32) is not { } expected) { return double.PositiveInfinity; }
        var right = expected.ToSingles();
        var start = name.Position is { } at ? (long)at * numbers.Length : right.Length - numbers.Length;
        return start < 0 || start + numbers.Length > right.Length
            ? double.PositiveInfinity
            : Comparison.DistanceBetween(numbers, right.AsSpan((int)start, numbers.Length));
    }

    private float[]? Numbers(ArticleStep step, int? layer) =>
        named.FirstOrDefault(entry => entry.Name.Alias.Step == step && entry.Name.Layer == layer && entry.Name.Position is null) is { } entry
            ? Numbers(entry)
            : null;

    private float[] Numbers(NamedEntry entry) => dump.Read(entry.Entry).ToSingles();
}
