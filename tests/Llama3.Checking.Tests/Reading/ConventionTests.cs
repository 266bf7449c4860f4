using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Names;
using Llama3.Reference;
using static Llama3.Checking.Tests.Reading.RightPort;

namespace Llama3.Checking.Tests.Reading;

/// <summary>Dumps of right ports as other implementations name and cut their results.</summary>
public sealed class ConventionTests
{
    /// <summary>A dump as a callback on llama.cpp's graph writes it: its names, which of them come again, its shapes, its padding.</summary>
    private static Dictionary<string, Tensor> LlamaCpp
    {
        get
        {
            var tensors = new Dictionary<string, Tensor> { ["embd"] = Batch(Prompt["token_embeddings_unnormalized"]) };
            for (var n = 0; n < 3; n++)
            {
                var layer = (string id) => Prompt[$"layers.{n}.{id}"];
                var end = (Tensor x) => Batch(n == 2 ? x[^1..] : x);
                tensors[$"norm-{n}"] = Batch(layer("attention_norm_before_weight"));
                tensors[$"attn_norm-{n}"] = Batch(layer("token_embeddings"));
                foreach (var (name, id) in (ReadOnlySpan<(string, string)>)[("Qcur", "q_per_token"), ("Kcur", "k_per_token")])
                {
                    var heads = layer(id).transpose(0, 1);
                    tensors[$"{name}-{n}"] = Batch(heads.reshape(17, -1));
                    tensors[$"{name}-{n}#2"] = heads.reshape([1, .. heads.shape]);
                    tensors[$"{name}-{n}#3"] = layer($"{id}_rotated").transpose(0, 1).reshape([1, .. heads.shape]);
                }
                tensors[$"Vcur-{n}"] = Batch(layer("v_per_token").transpose(0, 1).reshape(17, -1));
                tensors[$"kq_soft_max-{n}"] = torch.cat([layer("qk_per_token_after_masking_after_softmax"), torch.zeros(8, 17, 239)], -1).reshape(1, 8, 17, 256);
                tensors[$"kqv_out-{n}"] = Batch(layer("stacked_qkv_attention"));
                tensors[$"attn_out-{n}"] = Batch(layer("embedding_delta"));
                tensors[$"ffn_inp-{n}"] = end(layer("embedding_after_edit"));
                tensors[$"norm-{n}#2"] = end(layer("ffn_norm_before_weight"));
                tensors[$"ffn_norm-{n}"] = end(layer("embedding_after_edit_normalized"));
                tensors[$"ffn_swiglu-{n}"] = end(layer("feed_forward_product"));
                tensors[$"l_out-{n}"] = end(layer("layer_0_embedding"));
            }
            tensors["norm"] = Batch(Prompt["norm_before_weight"][^1..]);
            tensors["result_norm"] = Batch(Prompt["final_embedding_normalized"][^1..]);
            tensors["result_output"] = Batch(Prompt["logits"].reshape(1, -1));
            return tensors;
        }
    }

    [Fact(DisplayName = "llama.cpp of today: every node of its graph agrees, those too whose names come again")]
    public void Llama_cpp()
    {
        var report = Check(LlamaCpp);
        report.Results.Where(result => result.Verdict != Verdict.Ok).Should().BeEmpty();
        (report.Agrees, report.Results.Count).Should().Be((true, LlamaCpp.Count - 6), "Qcur-n#2 and Kcur-n#2 are Qcur-n and Kcur-n, cut into heads");
        report.Steps.Single(step => step.Step == FinerPoints.norm_before_weight).Verdict.Should().Be(Verdict.Ok);
    }

    [Fact(DisplayName = "llama.cpp's caches are judged, values with the tokens last too; its views and nodes without a name are no names that are not known")]
    public void Caches_of_llama_cpp()
    {
        var tensors = new Dictionary<string, Tensor> { ["leaf_5"] = Rubbish(17), ["node_23"] = Rubbish(3), ["Kcur-0 (view)"] = Rubbish(2), ["kqv-0 (view) (permuted)#2"] = Rubbish(1) };
        for (var n = 0; n < 3; n++)
        {
            tensors[$"cache_k_l{n} (view) (permuted)"] = Cache(Prompt[$"layers.{n}.k_per_token_rotated"]);
            tensors[$"cache_v_l{n} (view) (permuted)"] = Cache(Prompt[$"layers.{n}.v_per_token"]).transpose(2, 3).contiguous();
        }
        Notes(tensors).Should().Contain("a leading batch axis, tokens last, a cache of 256 rows, of which 17 are in use: "
            + "cache_v_l0 (view) (permuted), cache_v_l1 (view) (permuted), cache_v_l2 (view) (permuted)")
            .And.Contain("views and nodes to which llama.cpp gives no name of their own, not judged: leaf_5 and 3 more");
        Check(tensors).Results.Select(result => result.Step).Distinct().Should().Equal(CacheSteps.k_cache, CacheSteps.v_cache);
        Check(tensors).Unknown.Should().BeEmpty();
        Check(new() { ["embedding"] = Rubbish(1), ["leaf_5"] = Rubbish(17), ["logits"] = Prompt["logits"] }).Unknown.Should().Equal("embedding", "leaf_5");

        static Tensor Cache(Tensor rows) => torch.cat([rows, torch.zeros(2, 239, 10)], 1).reshape(1, 2, 256, 10);
    }

    [Fact(DisplayName = "llama.cpp: kqv_out alone is the input of wo today, and was its output: the numbers tell, in passes as in the prompt")]
    public void Kqv_out()
    {
        foreach (var (id, step) in new[] { ("stacked_qkv_attention", ArticleSteps.stacked_qkv_attention), ("embedding_delta", ArticleSteps.embedding_delta) })
        {
            var tensors = Enumerable.Range(0, 3).ToDictionary(n => $"kqv_out-{n}", n => Prompt[$"layers.{n}.{id}"]);
            for (var n = 0; n < 3; n++) { tensors[$"decode.0.kqv_out-{n}"] = Passes[$"decode.0.layers.{n}.{id}"]; }
            var report = Check(tensors);
            report.Agrees.Should().BeTrue();
            report.Results.Concat(report.Passes[0].Results).Should().HaveCount(6).And.OnlyContain(result => result.Step == step);
            var rows = Enumerable.Range(0, 17).ToDictionary(at => $"kqv_out-1@{at}", at => Prompt[$"layers.1.{id}"][at]);
            Check(rows).Results.Should().ContainSingle().Which.Should().Match<JudgedResult>(result => result.Step == step && result.Verdict == Verdict.Ok);
        }
    }

    [Theory(DisplayName = "llama.cpp: a port that skips wo, or transposes it, is not read into a right one:")]
    [InlineData("wo_skipped")]
    [InlineData("wo_transposed")]
    public void Kqv_out_of_a_wrong_port(string name)
    {
        var mistake = KnownMistakes.All.Single(mistake => mistake.Name == name);
        var wrong = Port.Tensors(MicroModel.Micro, ScalarType.Float32, mistake, step => step != ArticleSteps.logits && step != ArticleSteps.next_token);
        foreach (var id in (string[])["stacked_qkv_attention", "embedding_delta"])
        {
            var tensors = new Dictionary<string, Tensor> { ["inp_embd"] = wrong["token_embeddings_unnormalized"] };
            for (var n = 0; n < 3; n++)
            {
                tensors[$"kqv_out-{n}"] = wrong[$"layers.{n}.{id}"];
                tensors[$"ffn_inp-{n}"] = wrong[$"layers.{n}.embedding_after_edit"];
                tensors[$"l_out-{n}"] = wrong[$"layers.{n}.layer_0_embedding"];
            }
            Check(tensors).FirstFault!.LooksLike.Should().Equal(mistake);
        }
    }

    [Fact(DisplayName = "norm is Meta's final norm, unless the other names are llama.cpp's")]
    public void Norm()
    {
        Check(new() { ["norm"] = Prompt["final_embedding_normalized"] }).Results.Single().Step.Should().Be(ArticleSteps.final_embedding_normalized);
        Check(new() { ["norm"] = Prompt["norm_before_weight"], ["embd"] = Prompt["token_embeddings_unnormalized"] }).Agrees.Should().BeTrue();
    }

    [Theory(DisplayName = "every name of one implementation in one dump; two names of one result hold the same numbers:")]
    [InlineData("Meta's modules")]
    [InlineData("Hugging Face")]
    [InlineData("ONNX")]
    public void Whole_dumps(string convention)
    {
        var aliases = Aliases.All.Where(alias => alias.Convention == convention && alias.Part == AliasPart.Whole && !alias.Step.is_cache).ToList();
        var tensors = aliases.SelectMany(alias => Enumerable.Range(0, 3), (alias, n) => (alias, n)).DistinctBy(NameOf).ToDictionary(NameOf, pair => Batch(Of(pair)));
        var report = Check(tensors);
        report.Dump.Unknown.Should().BeEmpty();
        report.Agrees.Should().BeTrue();
        report.Results.Select(result => result.Step).Distinct().Should().BeEquivalentTo(aliases.Select(alias => alias.Step).Distinct());
        report.Dump.Notes.Should().Contain($"{tensors.Count} tensors, names of {convention}: all understood, in all 3 layers");

        static string NameOf((Alias Alias, int Layer) pair) => pair.Alias.Template.Replace("{n}", $"{pair.Layer}", StringComparison.Ordinal);
        static Tensor Of((Alias Alias, int Layer) pair) =>
            Prompt[(pair.Alias.Step.repeats == Reference.Walking.Repeats.Once ? "" : $"layers.{pair.Layer}.") + pair.Alias.Step.id];
    }

    [Theory(DisplayName = "queries, keys and values side by side, and gate and up:")]
    [InlineData("layers.1.attention.wqkv", "layers.1.feed_forward.w13")]
    [InlineData("model.layers.1.self_attn.qkv_proj", "model.layers.1.mlp.gate_up_proj.output")]
    [InlineData("/model/layers.1/self_attn/qkv_proj/MatMul_output_0", "/model/layers.1/mlp/gate_up_proj/MatMul_output_0")]
    [InlineData("wqkv-1", "layers.1.feed_forward.w13")]
    public void Fused(string qkv, string gateUp)
    {
        var heads = torch.cat([Prompt["layers.1.q_per_token"], Prompt["layers.1.k_per_token"], Prompt["layers.1.v_per_token"]], 0).transpose(0, 1);
        var halves = torch.cat([Prompt["layers.1.feed_forward_gate"], Prompt["layers.1.feed_forward_up"]], -1);
        foreach (var (product, both) in new[] { (Batch(heads.reshape(17, 120)), Batch(halves)), (heads.contiguous(), halves) })
        {
            var tensors = new Dictionary<string, Tensor> { [qkv] = product, [gateUp] = both };
            Notes(tensors).Should().Contain([$"split into q_per_token, k_per_token, v_per_token: {qkv}", $"split into feed_forward_gate, feed_forward_up: {gateUp}"]);
            Check(tensors).Results.Should().HaveCount(5);
        }
        Check(new() { ["tokens"] = Prompt["tokens"], [qkv] = Rubbish(17, 119) }).Dump.Unreadable.Single().Problem
            .Should().Be("has the shape [17, 119], expected [T, 120]: q_per_token, k_per_token, v_per_token side by side");
    }

    [Fact(DisplayName = "side by side in the wrong order, keys before queries, is a fault")]
    public void Fused_in_another_order()
    {
        var heads = torch.cat([Prompt["layers.1.k_per_token"], Prompt["layers.1.q_per_token"], Prompt["layers.1.v_per_token"]], 0).transpose(0, 1);
        var report = Check(new() { ["layers.1.token_embeddings"] = Prompt["layers.1.token_embeddings"], ["layers.1.attention.wqkv"] = heads.reshape(17, 120) });
        report.Results.Where(result => result.IsFault).Select(result => result.Step).Should().Equal(ArticleSteps.q_per_token, ArticleSteps.k_per_token);
    }

    private static Tensor Batch(Tensor tensor) => tensor.dtype == ScalarType.Int64 ? tensor : tensor.reshape([1, 1, .. tensor.shape]);
}
