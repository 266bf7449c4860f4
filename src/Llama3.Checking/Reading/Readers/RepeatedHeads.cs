using Llama3.Checking.Goldens;
using Llama3.Formats.Checkpoints;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Reading.Readers;

/// <summary>Keys and values that a port dumped after it had repeated each head for the query heads that share it.</summary>
/// <param name="model">The model.</param>
internal sealed class RepeatedHeads(ModelParams model)
{
    /// <summary>The note on such a tensor.</summary>
    public const string Note = "repeated for each query head";

    /// <summary>The advice where there are as many key/value heads as heads.</summary>
    public const string OtherModel = "if the port ran micro-mha, check with --model micro-mha";

    private readonly int _copies = model.group_size;

    /// <summary>Whether the step has keys or values that groups of query heads share. Weights are never repeated.</summary>
    public bool MayBe(ArticleStep step) => step.repeats == Repeats.PerKeyValueHead && step.shape.IsPerToken && _copies > 1;

    /// <summary>Takes one copy of each head: [n_kv_heads, …] of [n_heads, …].</summary>
    /// <param name="repeated">All heads.</param>
    /// <param name="bad">Makes an error of what is wrong with the order of the heads.</param>
    /// <exception cref="UnreadableException">The copies of a head differ, or do not follow each other.</exception>
    public Tensor Once(Tensor repeated, Func<string, UnreadableException> bad)
    {
        var heads = Enumerable.Range(0, model.n_heads).Select(head => repeated[head].ToSingles()).ToList();
        var odd = heads.Index().FirstOrDefault(head => !head.Item.SequenceEqual(heads[First(head.Index)])).Index;
        return odd == 0
            ? repeated.reshape([model.n_kv_heads, _copies, .. repeated.shape[1..]]).transpose(0, 1)[0]
            : throw bad($"has {heads.Count} heads, of which {First(odd)} and {odd} differ{Pattern(heads)}");
    }

    private int First(int head) => head / _copies * _copies;

    private string Pattern(List<float[]> heads)
    {
        var expected = $"expected each key/value head {_copies} times in a row; dump it before it is repeated";
        return heads.Index().All(head => head.Item.SequenceEqual(heads[head.Index % model.n_kv_heads]))
            ? $", 0 and {model.n_kv_heads} do not; {expected}"
            : model == MicroModel.Micro.Checkpoint.Params ? $"; {expected}, or {OtherModel}" : $"; {expected}";
    }
}
