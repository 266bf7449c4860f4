using System.Collections.Concurrent;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;
using Llama3.Checking.Reporting;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Reporting;

/// <summary>What is said of a step whose faults are not of one kind, and of its inputs.</summary>
public sealed class JudgedStepTextTests
{
    private static readonly ConcurrentDictionary<KnownMistake, Cause> Causes = new();

    private static readonly KnownMistake Gelu = KnownMistakes.All.Single(mistake => mistake.Name == "gelu");

    [Fact(DisplayName = "a step: each name stands with the layers that it fits")]
    public void Kinds()
    {
        var lines = About(Fault(0), Fault(1, Gelu), Fault(2, Gelu));
        lines[0].Should().EndWith("; layers 0–2");
        lines[1].Should().Be("layer 0: looks like no known mistake");
        lines[2].Should().Be($"layers 1–2: looks like {Gelu}");
        lines.Skip(3).Should().Equal(Gelu.Lines.Skip(1));
    }

    [Fact(DisplayName = "a step: a name that fits all layers stands without them")]
    public void One_kind()
    {
        var other = KnownMistakes.All[0];
        About(Fault(0, Gelu), Fault(1, Gelu, other))[1].Should().Be($"looks like {Gelu}");
        About(Fault(0), Fault(1)).Should().ContainSingle();
    }

    [Fact(DisplayName = "a step: what a layer without a name is instead is said of that layer")]
    public void Instead() =>
        About(Fault(0) with { Instead = "logits" }, Fault(1, Gelu))[1].Should().Be("layer 0: this is logits");

    [SkippableFact(DisplayName = "a step in a pass: inputs without a golden are followed to those that have one, and where there is none it is not known")]
    public void Inputs_without_a_golden()
    {
        LongTests.SkipUnlessAskedFor();
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32, dumps: step => step == ArticleSteps.next_token);
        foreach (var key in new[] { "tokens", "token_embeddings_unnormalized", "layers.0.token_embeddings" })
        {
            tensors[$"decode.0.{key}"] = Golden.For($"decode.0.{key}").Tensor;
        }
        tensors["decode.0.layers.0.q_per_token"] = Golden.For("decode.0.layers.0.q_per_token").Tensor * 2;
        Fault(tensors).Should().StartWith("inputs agree; ");
        tensors["decode.0.tokens"] = torch.tensor([128009L]);
        tensors["next_token"] = torch.tensor([128009L]);
        tensors["decode.0.token_embeddings_unnormalized"] = MicroModel.Micro.Checkpoint.weight("tok_embeddings.weight")[128009..128010].to_type(ScalarType.Float32);
        tensors.Remove("decode.0.layers.0.token_embeddings");
        Fault(tensors).Should().StartWith("whether its inputs are right is not known; ");
        tensors["decode.0.tokens"] = torch.tensor([128008L]);
        Fault(tensors).Should().StartWith("inputs are wrong too; ");

        static string Fault(Dictionary<string, Tensor> tensors)
        {
            var pass = PortReport.Of(tensors).Passes[0];
            return ResultText.Fault(pass.Results.Single(result => result.Step == ArticleSteps.q_per_token), pass);
        }
    }

    [Fact(DisplayName = "a step in a pass: the mask and the cache are among what may hold the fault")]
    public void The_cache_is_not_dumped()
    {
        var tensors = new Dictionary<string, Tensor> { ["tokens"] = Golden.For("tokens").Tensor };
        foreach (var key in new[] { "q_per_token_rotated", "k_per_token_rotated", "v_per_token" })
        {
            tensors[$"decode.0.layers.0.{key}"] = Golden.For($"decode.0.layers.0.{key}").Tensor;
        }
        tensors["decode.0.layers.0.stacked_qkv_attention"] = Golden.For("decode.0.layers.0.stacked_qkv_attention").Tensor * 2;
        Fault(ArticleSteps.stacked_qkv_attention).Should().StartWith("inputs agree; after step 30, the steps 24–27, 31, 45, 48 are not dumped; ");
        tensors["decode.0.layers.0.qk_per_token"] = Golden.For("decode.0.layers.0.qk_per_token").Tensor * 2;
        Fault(ArticleSteps.qk_per_token).Should().StartWith("inputs agree; step 45, the cache, is not dumped; ");

        string Fault(ArticleStep step)
        {
            var pass = PortReport.Of(tensors).Passes[0];
            return ResultText.Fault(pass.Results.Single(result => result.Step == step), pass);
        }
    }

    private static List<string> About(params JudgedResult[] faults)
    {
        var report = Port.Check(MicroModel.Micro, Port.Tensors(MicroModel.Micro, ScalarType.Float32, dumps: step => step == ArticleSteps.logits));
        return [.. JudgedStepText.About(new JudgedStep(faults[0].Step, faults), report, new HashSet<KnownMistake>())];
    }

    private static JudgedResult Fault(int layer, params KnownMistake[] names) => new()
    {
        Step = ArticleSteps.output_after_feedforward,
        Scope = Scope.Layer(layer),
        Name = $"layers.{layer}.output_after_feedforward",
        Verdict = Verdict.WrongHere,
        Golden = new Closeness(1, 1e-5),
        Problem = "another shape",
        Causes = [.. names.Select(mistake => Causes.GetOrAdd(mistake, _ => new Cause([mistake], "")))],
    };
}
