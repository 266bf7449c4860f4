using Llama3.Checking.Goldens;
using Llama3.Checking.Names;
using Llama3.Checking.Reading.Readers;
using Llama3.Formats.Checkpoints;
using Llama3.Formats.Dumps;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Reading;

/// <summary>One token, one head, one key/value head: axes of size 1 do not keep a result from being read, whatever its layout.</summary>
public sealed class SizeOneTests
{
    private static readonly ModelParams Micro = MicroModel.Micro.Checkpoint.Params;

    public static TheoryData<string, int, int, int> Sizes => new()
    {
        { "one token", 1, 8, 2 }, { "one head", 5, 1, 1 }, { "one key/value head", 5, 8, 1 }, { "one of each", 1, 1, 1 }, { "as usual", 5, 8, 2 },
    };

    [Theory(DisplayName = "every result of a layer, in every layout:"), MemberData(nameof(Sizes))]
    public void Every_layout(string what, int tokens, int heads, int kvHeads)
    {
        var model = Micro with { n_heads = heads, n_kv_heads = kvHeads };
        foreach (var step in Aliases.DumpableWithCache.Where(step => step.dtype is not (null or ScalarType.Int64) && step.shape.Names.Contains("T")))
        {
            var sizes = step.shape_in(Scope.Layer(0)).Sizes(model, tokens);
            var right = step.dtype == ScalarType.ComplexFloat32 ? torch.view_as_complex(Numbered([.. sizes, 2])) : Numbered(sizes);
            var name = step.repeats == Repeats.Once ? step.id : $"layers.0.{step.id}";
            foreach (var (layout, dumped) in Layouts(name, right, step.heads_in(model)))
            {
                var read = Read(model, tokens, dumped);
                read.shape.Should().Equal(right.shape, $"{what}: {layout} of {step.id}");
                read.ToSingles().Should().Equal(right.ToSingles(), $"{what}: {layout} of {step.id}");
            }
        }
    }

    [Theory(DisplayName = "cosines and sines, with and without axes of size 1:")]
    [InlineData(1, 1, 5)]
    [InlineData(1, 5)]
    [InlineData(5)]
    [InlineData(1, 1, 1, 10)]
    [InlineData(10)]
    public void Tables(params int[] sizes)
    {
        var table = Numbered([.. sizes.Select(size => (long)size)]);
        if (sizes[^1] == 10) { table = torch.cat([Numbered([5]), Numbered([5])], 0).reshape(table.shape); }
        var read = Read(Micro, 1, new() { ["freqs_cos"] = table, ["freqs_sin"] = table });
        read.shape.Should().Equal(1, 5);
        torch.view_as_real(read).transpose(0, 2)[0].ToSingles().Should().Equal(0.5f, 1.5f, 2.5f, 3.5f, 4.5f);
    }

    private static IEnumerable<(string Layout, Dictionary<string, Tensor> Dumped)> Layouts(string name, Tensor right, int? heads)
    {
        yield return ("its own layout", new() { [name] = right });
        yield return ("a batch axis", new() { [name] = right.reshape([1, .. right.shape]) });
        var tokens = heads is null ? 0 : 1;
        if (right.shape[tokens] == 1)
        {
            yield return ("no axis of tokens", new() { [name] = right.reshape([.. right.shape[..tokens], .. right.shape[(tokens + 1)..]]) });
        }
        if (heads is null || right.dtype == ScalarType.ComplexFloat32) { yield break; }
        yield return ("tokens before heads", new() { [name] = right.transpose(0, 1).contiguous() });
        yield return ("heads side by side", new() { [name] = right.transpose(0, 1).reshape([right.shape[1], right.shape[0] * right.shape[2], .. right.shape[3..]]) });
        yield return ("a tensor per head", Enumerable.Range(0, heads.Value).ToDictionary(head => $"{name}.head{head}", head => right[head]));
        yield return ("a tensor per position", Enumerable.Range(0, (int)right.shape[1]).ToDictionary(at => $"{name}@{at}", at => right.transpose(0, 1)[at]));
    }

    private static Tensor Read(ModelParams model, int tokens, Dictionary<string, Tensor> tensors)
    {
        var dump = MemoryDump.Of(tensors);
        var entries = dump.Entries.Select(entry => new NamedEntry(TensorName.Parse(entry.Name)!, entry)).ToList();
        var context = new ReadingContext(dump, model, [.. Enumerable.Range(0, tokens).Select(at => (long)at)], Keys: [tokens], new HashSet<string>(), (_, _) => null);
        var result = new ResultEntries(entries[0].Name.Alias.Step, entries[0].Name.Layer, entries);
        return ResultReaders.In(context).For(result).Read(result).Read();
    }

    private static Tensor Numbered(long[] shape) => Tensor.FromSingles(
        Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(number => number + 0.5f).ToArray(), shape);
}
