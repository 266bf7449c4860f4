using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;
using Llama3.Verify.Commands;
using static Llama3.Reference.ArticleSteps;
using static Llama3.Reference.FinerPoints;
using Steps = System.Collections.Generic.Dictionary<Llama3.Reference.Walking.ArticleStep, System.Func<Llama3.Reference.Walking.Values, Llama3.Reference.Walking.StepResult>>;

namespace Llama3.Verify.Tests.Check;

/// <summary>Engines that expand quantised weights to 16 bits before they multiply, or multiply numbers of 8 bits, are right, and their mistakes are found as in float32.</summary>
public sealed class QuantisedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory(DisplayName = "check: quantised weights that are expanded to 16 bits are no fault:")]
    [InlineData("q4_k", "float16", false)]
    [InlineData("q4_k", "bfloat16", true)]
    [InlineData("q8_0", "bfloat16", false)]
    [InlineData("q8_0", "float16", true)]
    public void Not_blamed(string stored, string type, bool both)
    {
        if (stored != "q4_k" || both) { LongTests.SkipUnlessAskedFor(); }
        var narrow = Narrow(type);
        var report = Check(stored, Of(both ? narrow : x => x, narrow));
        (report.Agrees, report.Precision, report.Coarser).Should().Be((true, PortPrecision.fp32, null), "{0}", report);
        report.Notes.Should().ContainSingle(note => note.StartsWith("float32", StringComparison.Ordinal)).Which.Should().Be(
            $"float32, but {(both ? "weights and what meets them are" : "weights are")} rounded to {type}, which is no fault: quantised weights that are expanded to {type}?");
    }

    [SkippableTheory(DisplayName = "check: products of 8-bit numbers with scales in float32 are no fault:")]
    [InlineData("8-bit numbers in blocks of 32", 32)]
    [InlineData("8-bit numbers in blocks of 64", 64)]
    [InlineData("8-bit numbers in blocks of 128", 128)]
    [InlineData("8-bit numbers, scaled by row", null)]
    public void In_8_bits(string name, int? size)
    {
        if (size is not null) { LongTests.SkipUnlessAskedFor(); }
        var report = Check("q8_0", Of(x => Blocks(x, size ?? (int)x.shape[^1]), x => x));
        (report.Agrees, report.Precision, report.Coarser).Should().Be((true, PortPrecision.fp32, null), "{0}", report);
        report.Notes.Should().Contain($"float32, but what meets weights is rounded to {name}, which is no fault: quantised weights?");
    }

    [SkippableFact(DisplayName = "check: a mistake of such an engine is named")]
    public void Named()
    {
        LongTests.SkipUnlessAskedFor();
        var mistake = MicroModel.Named("micro-3.2").Article.Mistakes.Single(one => one.Name == "no_attn_residual");
        var narrow = Narrow("float16");
        var wrong = Of(narrow, narrow);
        foreach (var (step, run) in mistake.Wrong) { wrong[step] = run; }
        var faults = Check("q4_k", wrong).Results.Where(result => result.IsFault).ToList();
        faults.Should().NotBeEmpty().And.OnlyContain(fault => fault.LooksLike.Contains(mistake));
    }

    private PortReport Check(string stored, Steps steps)
    {
        Cli.Run("copy", _folder.Path, "--format", "gguf", "--type", stored, "--model", "micro-3.2").ExitCode.Should().Be(0);
        using var file = new OpenedModel(_folder["model.gguf"], goldens: null);
        var first = CachePasses.First(MicroModel.Named("micro-3.2").Article.Results(float32)[tokens.id].tensor);
        var walk = new Walk(file.Model.Checkpoint, "", float32) { pass = first }.With(steps);
        var dump = from layer in Enumerable.Range(0, walk.config.n_layers).Select(Scope.Layer)
                   from step in DumpContract.Must
                   where step != logits && step != next_token
                   select (Key: layer.KeyOf(step), tensor: walk[step, layer].tensor.alias()); // under a handle of its own: the walk forgets finished layers
        return PortReport.Of(dump.DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.tensor), file.Model);
    }

    /// <summary>The products with weights, with rounded inputs.</summary>
    private static Steps Of(Func<Tensor, Tensor> input, Func<Tensor, Tensor> matrix)
    {
        return new()
        {
            [q_per_token] = v => Times(v[token_embeddings], v[q_layer0_head0]),
            [k_per_token] = v => Times(v[token_embeddings], v[k_layer0_head0]),
            [v_per_token] = v => Times(v[token_embeddings], v[v_layer0_head0]),
            [embedding_delta] = v => Times(v[stacked_qkv_attention], v[w_layer0]),
            [feed_forward_gate] = v => Times(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w1")),
            [feed_forward_up] = v => Times(v[embedding_after_edit_normalized], v.layer_weight("feed_forward.w3")),
            [output_after_feedforward] = v => Times(v[feed_forward_product], v.layer_weight("feed_forward.w2")),
        };

        Tensor Times(Tensor x, Tensor weight) => torch.matmul(input(x), matrix(weight).transpose(-2, -1).contiguous());
    }

    private static Func<Tensor, Tensor> Narrow(string type) => type == "bfloat16"
        ? x => x.to_type(bfloat16).to_type(float32)
        : x => Tensor.FromSingles(Array.ConvertAll(x.ToSingles(), number => (float)(Half)number), x.shape);

    /// <summary>Whole numbers up to 127, with a scale in float32 for each block.</summary>
    private static Tensor Blocks(Tensor x, int size) => Tensor.FromSingles(
        x.ToSingles().Chunk(size).SelectMany(block =>
        {
            var scale = block.Max(Math.Abs) / 127;
            return block.Select(number => scale == 0 ? 0 : MathF.Round(number / scale) * scale);
        }).ToArray(),
        x.shape);
}
