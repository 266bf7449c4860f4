using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Reporting;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Reporting;

/// <summary>The sentences at the end of a report: which fault is the first, what is missing, what was not understood.</summary>
public sealed class ReportTextTests
{
    [Theory(DisplayName = "first fault: layer by layer, in a layer in reading order; another step at the top of the list is named too:")]
    [InlineData("step 4, token_embeddings, in layer 0.", "layers.0.token_embeddings", "freqs_cis")]
    [InlineData("step 12, freqs_cis, before step 4 in layer 1.", "layers.1.token_embeddings", "freqs_cis")]
    [InlineData("step 37, output_after_feedforward, in layer 0, before step 7 in layer 2.", "layers.2.q_per_token", "layers.0.output_after_feedforward")]
    [InlineData("step 36, embedding_after_edit_normalized, in layer 2.", "layers.2.embedding_after_edit_normalized", "logits")]
    public void First_fault(string expected, params string[] wrong)
    {
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32, dumps: step => DumpContract.Must.Contains(step) || step == ArticleSteps.freqs_cis);
        foreach (var key in wrong) { tensors[key] = torch.cat([tensors[key], tensors[key]], 0)[1..(int)(1 + tensors[key].shape[0])]; }
        ReportText.FirstFault(new Outcome(PortReport.Of(tensors), [])).Should().Be($" First fault: {expected}");
    }

    [Fact(DisplayName = "roundings have not added up where a step is at fault, in the prompt or in any pass")]
    public void Drift_is_of_the_whole()
    {
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32, dumps: DumpContract.Must.Contains);
        tensors["decode.0.mask"] = torch.tensor([1f], [1, 1]).expand(1, 18).contiguous();
        foreach (var key in new[] { "tokens", "token_embeddings_unnormalized" }) { tensors[$"decode.0.{key}"] = Golden.For($"decode.0.{key}").Tensor; }
        tensors["decode.1.layers.0.token_embeddings"] = Golden.For("decode.1.layers.0.token_embeddings").Tensor;
        var report = PortReport.Of(tensors);
        (report.Agrees, report.Drifts, report.Passes[0].FirstFault!.Step).Should().Be((false, false, ArticleSteps.mask));
        report.Passes.Should().OnlyContain(pass => !pass.Drifts);
        ReportText.FirstFault(new Outcome(report, [])).Should().Be(" First fault: decode.0: step 25, mask.");
    }

    [Fact(DisplayName = "what is missing is named with the layers and the passes that lack it")]
    public void Missing()
    {
        var tensors = Port.Tensors(MicroModel.Micro, ScalarType.Float32, dumps: DumpContract.Must.Contains);
        foreach (var key in new[] { "layers.1.q_per_token", "layers.2.q_per_token", "layers.0.v_per_token", "logits" }) { tensors.Remove(key); }
        MissingText.Of([PortReport.Of(tensors)]).Should().Be("q_per_token of layers 1–2, v_per_token of layer 0, logits");
        foreach (var pass in MicroModel.Micro.Passes.Take(2))
        {
            foreach (var (key, result) in pass.Results(ScalarType.Float32).Where(golden => golden.Value.text is null)) { tensors[pass.Prefix + key] = result.tensor; }
        }
        var report = PortReport.Of(tensors);
        MissingText.Of(report.Passes.Prepend(report)).Should().Be("q_per_token of layers 1–2, v_per_token of layer 0, logits, logits in decode.0–1");
    }

    [Fact(DisplayName = "what was not understood is said with its nearest name")]
    public void Not_understood()
    {
        var report = PortReport.Of(new Dictionary<string, Tensor> { ["tokens"] = Golden.For("tokens").Tensor, ["logit"] = torch.zeros([2]), ["x"] = torch.zeros([2]) });
        var complaint = Complaint.Of(new Outcome(report, [])).Single();
        complaint.InFull.Should().Be("too little was understood: 1 of the 17 steps that every port must dump, expected 7 at least; --partial if that is meant\n"
            + "not known: logit; did you mean logits?\nnot known: x");
        ReportText.Sum(report).Should().EndWith("2 of 3 names are not known.");
    }

    [SkippableFact(DisplayName = "ids are ids: neither distances of them nor powers of ten")]
    public void Ids()
    {
        LongTests.SkipUnlessAskedFor();
        long[] ids = [.. Golden.For("tokens").Tensor.ToInt64s()];
        (ids[0], ids[2], ids[^1]) = (0, 128001, 128009);
        var report = PortReport.Of(new Dictionary<string, Tensor> { ["tokens"] = torch.tensor(ids), ["next_token"] = torch.tensor([128001L]) });
        var outcome = new Outcome(report, []);
        string[] texts =
        [
            .. ReportText.Disagreement(outcome), .. report.Results.Select(result => $"{result}"), .. report.Results.Select(result => ResultText.Distances(result, "golden")),
            .. report.Results.SelectMany(ResultText.Places), $"{Golden.For("tokens").Judge(torch.tensor(ids))}",
        ];
        string.Join('\n', texts).Should().Contain("first at [token 0]: 0, expected 128000").And.Contain("tokens: wrong here, at [token 0]: 0, expected 128000")
            .And.Contain("differing  3 of 17\n").And.NotMatchRegex(@"[eE]\+\d|rel-L2");
    }
}
