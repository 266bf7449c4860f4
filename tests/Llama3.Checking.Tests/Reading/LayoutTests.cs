using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Reading;

/// <summary>A right port is right in whatever layout it dumps; how its tensors were read is always said.</summary>
public sealed class LayoutTests
{
    private const string Q = "layers.1.q_per_token";

    private static readonly Dictionary<string, Tensor> Right = MicroModel.Micro.Article.Results(ScalarType.Float32)
        .Where(pair => pair.Value.text is null && pair.Key != ArticleSteps.logits.id)
        .ToDictionary(pair => pair.Key, pair => pair.Value.tensor);

    [Fact(DisplayName = "tokens before heads")]
    public void Tokens_before_heads() => Reads(Q, q => q.transpose(0, 1), "tokens before heads");

    [Fact(DisplayName = "heads side by side")]
    public void Heads_side_by_side() => Reads(Q, q => q.transpose(0, 1).reshape(17, 80), "heads side by side");

    [Fact(DisplayName = "a leading batch axis")]
    public void A_leading_batch_axis() => Reads("layers.1.embedding_delta", x => x.reshape(1, 17, 80), "a leading batch axis");

    [Fact(DisplayName = "weights that are not cut into heads")]
    public void Weights_in_one_matrix() => Reads("layers.1.q_layer0", x => x.reshape(80, 80), "heads below each other");

    [Fact(DisplayName = "complex numbers as pairs")]
    public void Complex_numbers_as_pairs() => Check(With("freqs_cis", torch.view_as_real(Right["freqs_cis"]))).Agrees.Should().BeTrue();

    [Fact(DisplayName = "cosines and sines in two tables, each in both halves as Hugging Face has them")]
    public void Cosines_and_sines()
    {
        var tensors = Without("freqs_cis");
        var pairs = torch.view_as_real(Right["freqs_cis"]);
        foreach (var (name, part) in new[] { ("model.rotary_emb.cos", 0), ("model.rotary_emb.sin", 1) })
        {
            var table = pairs.transpose(0, 2)[part].transpose(0, 1);
            tensors[name] = torch.cat([table, table], -1).reshape(1, 17, 10);
        }
        var report = Check(tensors);
        report.Agrees.Should().BeTrue();
        report.Steps.Single(step => step.Step == ArticleSteps.freqs_cis).Verdict.Should().Be(Verdict.Ok);
        report.Dump.Notes.Should().Contain(note => note.Contains("cosines and sines in two tables")).And.Contain(note => note.Contains(", names of Hugging Face: "));
    }

    [Fact(DisplayName = "one row per position")]
    public void One_row_per_position()
    {
        var tensors = Without(Q);
        for (var at = 0; at < 17; at++) { tensors[$"{Q}@{at}"] = Right[Q].transpose(0, 1)[at].reshape(80); }
        Notes(tensors).Should().Contain(note => note.StartsWith("one row per position, heads side by side"));
    }

    [Fact(DisplayName = "rows that hold only the keys that were computed: the others are masked")]
    public void Rows_of_computed_keys()
    {
        foreach (var key in new[] { "layers.1.qk_per_token_after_masking", "layers.1.qk_per_token_after_masking_after_softmax" })
        {
            var tensors = Without(key);
            for (var at = 0; at < 17; at++)
            {
                tensors[$"{key}@{at}"] = Right[key].transpose(0, 1)[at].transpose(0, 1)[..(at + 1)].transpose(0, 1).contiguous();
            }
            Notes(tensors).Should().Contain(note => note.StartsWith("one row per position"));
        }
    }

    [Fact(DisplayName = "one tensor per head")]
    public void One_tensor_per_head()
    {
        var tensors = Without(Q);
        for (var head = 0; head < 8; head++) { tensors[$"{Q}.head{head}"] = Right[Q][head]; }
        Notes(tensors).Should().Contain(note => note.StartsWith("one tensor per head"));
    }

    [Theory(DisplayName = "keys and values repeated for each query head, in any layout:")]
    [InlineData("layers.1.k_per_token")]
    [InlineData("layers.1.k_per_token_rotated")]
    [InlineData("layers.1.k_per_token_as_complex_numbers")]
    [InlineData("layers.1.v_per_token")]
    public void Repeated_heads(string key)
    {
        Reads(key, Repeated, "repeated for each query head");
        Reads(key, x => Repeated(x).transpose(0, 1), "tokens before heads, repeated for each query head");
        Reads(key, x => Repeated(x).transpose(0, 1).reshape(17, -1), "heads side by side, repeated for each query head");
        Reads(key, x => Repeated(x).reshape([1, 8, .. x.shape[1..]]), "a leading batch axis, repeated for each query head");
    }

    [Fact(DisplayName = "keys repeated for each query head, in one tensor per head or per position")]
    public void Repeated_heads_in_parts()
    {
        const string K = "layers.1.k_per_token";
        var (heads, rows) = (Without(K), Without(K));
        for (var head = 0; head < 8; head++) { heads[$"{K}.head{head}"] = Right[K][head / 4]; }
        Notes(heads).Should().Contain($"one tensor per head, repeated for each query head: {K}.head0");
        for (var at = 0; at < 17; at++) { rows[$"{K}@{at}"] = Repeated(Right[K]).transpose(0, 1)[at]; }
        Notes(rows).Should().Contain($"one row per position, repeated for each query head: {K}@0");
    }

    [Fact(DisplayName = "whole numbers as pairs and as tables: without an angle cos is 1 and sin 0, which is right at position 0 and nowhere else")]
    public void Rotations_in_whole_numbers()
    {
        var (ones, zeros) = (torch.full(17, 5, 1, dtype: int64), torch.full(17, 5, 0, dtype: int64));
        var pairs = Check(new() { ["freqs_cis"] = torch.stack([ones, zeros], -1) }).Results.Single();
        var tables = Check(new() { ["freqs_cos"] = ones, ["freqs_sin"] = zeros }).Results.Single();
        foreach (var result in new[] { pairs, tables })
        {
            result.IsFault.Should().BeTrue();
            var errors = result.Places.Single(place => place.Axis == "token").RelL2;
            errors.Index().Where(error => error.Item < 1e-6).Select(error => error.Index).Should().Equal(0);
        }
    }

    [Fact(DisplayName = "all heads under the article's name are those of layer 0")]
    public void All_heads_under_the_article_s_name()
    {
        var tensors = Without("layers.0.q_per_token");
        tensors["q_per_token"] = Right["layers.0.q_per_token"];
        var result = Check(tensors).Results.Single(result => result.Name == "q_per_token");
        (result.Layer, result.Head, result.Verdict).Should().Be((0, null, Verdict.Ok));
    }

    [Fact(DisplayName = "whole numbers written as floats, and masks written as whole numbers")]
    public void Numbers_of_other_types() => Check(With("tokens", Right["tokens"].to_type(float32))).Agrees.Should().BeTrue();

    [Theory(DisplayName = "a large negative number in place of -inf, in the mask and added to the scores:")]
    [InlineData(float.MinValue)]
    [InlineData(-1e10f)]
    [InlineData(-65504f)]
    [InlineData(-1e4f)]
    public void Large_negative_numbers(float masked)
    {
        var tensors = MaskedWith(masked);
        Check(tensors).Agrees.Should().BeTrue();
        Notes(tensors).Should().Contain("large negative numbers, taken as -inf: mask").And.Contain("large negative numbers, taken as -inf: qk_per_token_after_masking");
    }

    [Theory(DisplayName = "a number that large scores would come near is a fault:")]
    [InlineData(-1000f)]
    [InlineData(-10f)]
    public void Numbers_that_are_not_low_enough(float masked) =>
        Check(MaskedWith(masked)).Results.Single(result => result.Name == "mask").Verdict.Should().Be(Verdict.WrongHere);

    /// <summary>A port that masks with a number, and is right otherwise.</summary>
    private static Dictionary<string, Tensor> MaskedWith(float masked)
    {
        var tensors = new Dictionary<string, Tensor>(Right)
        {
            ["mask"] = torch.tensor(Array.ConvertAll(Right["mask"].ToSingles(), value => float.IsInfinity(value) ? masked : value), [17, 17]),
        };
        foreach (var layer in Enumerable.Range(0, 3).Select(Scope.Layer))
        {
            tensors[layer.KeyOf(ArticleSteps.qk_per_token_after_masking)] = Right[layer.KeyOf(ArticleSteps.qk_per_token)] + tensors["mask"];
        }
        return tensors;
    }

    [Fact(DisplayName = "half-split order: right where the port rotates halves too, and said")]
    public void Half_split_order()
    {
        var tensors = new Dictionary<string, Tensor>(Right);
        foreach (var key in Right.Keys.Where(IsRotated)) { tensors[key] = Halves(Right[key]); }
        Notes(tensors).Should().Contain(note => note.StartsWith("half-split order (Hugging Face), rearranged"));
        var modules = tensors.Where(pair => !pair.Key.EndsWith("_rotated", StringComparison.Ordinal)).ToDictionary();
        Notes(modules).Should().Contain(note => note.StartsWith("half-split order"), "what follows shows that the rotation is right");
    }

    [Fact(DisplayName = "half-split order before a rotation of neighbours is a fault, and is not rearranged")]
    public void Half_split_order_that_is_wrong()
    {
        var mistake = KnownMistakes.All.Single(mistake => mistake.Name == "qk_hf_permuted");
        var report = Check(Port.Tensors(MicroModel.Micro, ScalarType.Float32, mistake, DumpContract.Must.Contains));
        report.Dump.Notes.Should().NotContain(note => note.StartsWith("half-split"));
        report.Steps.Where(step => step.Verdict == Verdict.WrongHere).Should().OnlyContain(step => step.LooksLike.Single() == mistake);
    }

    [Theory(DisplayName = "names of others:")]
    [InlineData("layers.2.output_after_feedforward", "ffn_out-2", "llama.cpp")]
    [InlineData("layers.2.output_after_feedforward", "model.layers.2.mlp.down_proj", "Hugging Face")]
    [InlineData("layers.2.output_after_feedforward", "model.layers.2.mlp.down_proj.output", "Hugging Face")]
    [InlineData("layers.2.layer_0_embedding", "model.layers.2", "Hugging Face")]
    [InlineData("layers.2.stacked_qkv_attention", "model.layers.2.self_attn.o_proj.input", "Hugging Face")]
    [InlineData("layers.2.qkv_attention", "blocks.2.attn.hook_z", "TransformerLens")]
    [InlineData("token_embeddings_unnormalized", "hook_embed", "TransformerLens")]
    [InlineData("final_embedding_normalized", "result_norm", "llama.cpp")]
    public void Names_of_others(string key, string name, string convention)
    {
        var tensors = Without(key);
        tensors[name] = Right[key];
        Notes(tensors).Should().Contain(note => note.Contains($", names of {convention}: "));
    }

    [Fact(DisplayName = "every name stands for one step, and is read as that")]
    public void Every_name()
    {
        Aliases.All.Select(alias => alias.Template).Should().OnlyHaveUniqueItems();
        foreach (var alias in Aliases.All.Where(alias => alias.Part == AliasPart.Whole && alias.Step.dtype is not null))
        {
            var layered = alias.Template.Contains("{n}", StringComparison.Ordinal);
            var key = (layered ? Scope.Layer(2) : Scope.Article).KeyOf(alias.Step);
            var name = alias.Template.Replace("{n}", "2", StringComparison.Ordinal);
            var result = Check(new() { [name] = Whole(alias.Step, key) }).Results.Single();
            (result.Step, result.Layer is 2, result.Verdict).Should().Be((alias.Step, layered, Verdict.Ok), name);
        }
    }

    /// <summary>The prompt is the first that a cache holds.</summary>
    private static Tensor Whole(ArticleStep step, string key) =>
        step == CacheSteps.positions ? torch.arange(17)
        : MicroModel.Micro.Article.Results(ScalarType.Float32)[key
            .Replace("k_cache", "k_per_token_rotated", StringComparison.Ordinal).Replace("v_cache", "v_per_token", StringComparison.Ordinal)].tensor;

    [Fact(DisplayName = "names that are not a step's are listed, and not read")]
    public void Unknown_names()
    {
        var report = Check(With("my_debug_tensor", torch.zeros(3)));
        report.Dump.Unknown.Should().Equal("my_debug_tensor");
        report.Agrees.Should().BeTrue();
    }

    private static void Reads(string key, Func<Tensor, Tensor> rearrange, string note) =>
        Notes(With(key, rearrange(Right[key]).contiguous())).Should().Contain($"{note}: {key}");

    private static IReadOnlyList<string> Notes(Dictionary<string, Tensor> tensors)
    {
        var report = Check(tensors);
        report.Results.Where(result => result.Verdict != Verdict.Ok).Should().BeEmpty();
        return report.Dump.Notes;
    }

    private static PortReport Check(Dictionary<string, Tensor> tensors) => Port.Check(MicroModel.Micro, tensors);

    private static Dictionary<string, Tensor> With(string key, Tensor tensor) => new(Right) { [key] = tensor };

    private static Dictionary<string, Tensor> Without(string key) => Right.Where(pair => pair.Key != key).ToDictionary();

    private static bool IsRotated(string key) =>
        key.Split('.')[^1] is "q_per_token" or "k_per_token" or "q_per_token_rotated" or "k_per_token_rotated";

    private static Tensor Repeated(Tensor x) => torch.stack(Enumerable.Range(0, 8).Select(head => x[head / 4]));

    private static Tensor Halves(Tensor x) => x.reshape([.. x.shape[..^1], x.shape[^1] / 2, 2]).transpose(-1, -2).reshape(x.shape);
}
