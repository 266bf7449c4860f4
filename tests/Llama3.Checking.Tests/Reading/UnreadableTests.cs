using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Reporting;
using Llama3.Reference;

namespace Llama3.Checking.Tests.Reading;

/// <summary>One result that cannot be read does not end the check: it is listed and left out, the rest is judged, and the port fails.</summary>
public sealed class UnreadableTests
{
    public static TheoryData<string, string, long[], string> Results => new()
    {
        { "a shape", "layers.0.q_per_token", [7, 17, 10], "has the shape [7, 17, 10], expected [8, 17, 10] or *" },
        { "a missing head", "layers.1.q_per_token.head0", [17, 10], "is dumped without heads 1, 2, 3 and 4 more, *" },
        { "a missing position", "layers.1.layer_0_embedding@16", [80], "is dumped without positions 0, 1, 2 and 13 more, *" },
        { "a layer", "layers.3.v_per_token", [2, 17, 10], "is of layer 3, but the model has the layers 0 to 2" },
        { "no sines", "freqs_cos", [17, 5], "is a part of freqs_cis: expected one tensor of cosines and one of sines, and no other" },
        { "repeated keys", "layers.0.k_per_token", [8, 17, 10], "has 8 heads, of which 0 and 1 differ; *" },
        { "no whole number", "next_token", [], "holds 0.5 at 0, expected whole numbers" },
        { "more keys", "layers.0.qk_per_token_after_masking_after_softmax", [8, 17, 18], "has the shape [8, 17, 18], expected *" },
    };

    [Theory(DisplayName = "it is listed, the rest is judged, and the port fails:"), MemberData(nameof(Results))]
    public void Listed(string what, string name, long[] shape, string problem)
    {
        var tensors = Right();
        tensors[name] = Numbered(shape);
        var report = Port.Check(MicroModel.Micro, tensors);
        report.Dump.Unreadable.Should().ContainSingle(what).Which.Should().Match<Checking.Reading.Readers.Unreadable>(found => found.Name == name);
        report.Dump.Unreadable[0].Problem.Should().Match(problem);
        report.Results.Select(result => result.Step).Should().BeEquivalentTo([ArticleSteps.tokens, ArticleSteps.v_per_token]);
        report.Results.Should().OnlyContain(result => result.Verdict == Verdict.Ok);
        (report.Agrees, report.Drifts, new Outcome(report, [], Complete: false).Passed).Should().Be((false, false, false));
        ReportText.Disagreement(new Outcome(report, [], Complete: false)).Should().Equal($"cannot be read: {report.Dump.Unreadable[0]}");
    }

    [Fact(DisplayName = "all of them are listed, in the order of the dump")]
    public void Several()
    {
        var tensors = Right();
        tensors["layers.0.token_embeddings"] = Numbered(16, 80);
        tensors["layers.0.q_per_token.head0"] = Numbered(17, 10);
        tensors["layers.0.q_per_token"] = Numbered(8, 17, 10);
        tensors["l_out-0"] = Numbered(17, 80);
        tensors["layers.0.layer_0_embedding"] = torch.zeros(17, 80);
        Port.Check(MicroModel.Micro, tensors).Dump.Unreadable.Select(found => found.Name)
            .Should().Equal("layers.0.token_embeddings", "layers.0.q_per_token", "l_out-0");
    }

    [Fact(DisplayName = "in a pass, too, even if nothing else of it was dumped; tokens that cannot be read count as not dumped")]
    public void In_a_pass()
    {
        var tensors = Right();
        tensors["decode.0.tokens"] = torch.full(1, 0.5);
        tensors["decode.1.layers.1.embedding_delta"] = Numbered(5, 81);
        var report = Port.Check(MicroModel.Micro, tensors);
        report.Dump.Unreadable.Should().BeEmpty();
        report.Passes.SelectMany(pass => pass.Dump.Unreadable).Select(found => found.Name).Should().Equal("tokens", "layers.1.embedding_delta");
        report.Passes.Should().OnlyContain(pass => pass.Results.Count == 0 && !pass.Agrees);
        new Outcome(report, [], Complete: false).Passed.Should().BeFalse();
    }

    [Fact(DisplayName = "if nothing is left to judge, the first ends the check")]
    public void Nothing_left()
    {
        var tensors = new Dictionary<string, Tensor> { ["layers.0.token_embeddings"] = Numbered(16, 80), ["layers.3.v_per_token"] = Numbered(1) };
        BadInput.IsRefused(() => Port.Check(MicroModel.Micro, tensors), "*: layers.0.token_embeddings has the shape [16, 80], expected *");
    }

    [Fact(DisplayName = "ids of another number that cannot be read end the check: nothing is known of such a prompt")]
    public void Ids_of_another_number()
    {
        var tensors = Right();
        tensors["tokens"] = torch.full(18, -1, dtype: int64);
        BadInput.IsRefused(() => Port.Check(MicroModel.Micro, tensors), "*holds -1 at 0, expected ids from 0 to 128255");
    }

    /// <summary>Two results of a right port.</summary>
    private static Dictionary<string, Tensor> Right() => MicroModel.Micro.Article.Results(ScalarType.Float32)
        .Where(golden => golden.Key is "tokens" or "layers.2.v_per_token")
        .ToDictionary(golden => golden.Key, golden => golden.Value.tensor);

    /// <summary>0.5, 1.5, 2.5, … in this shape.</summary>
    private static Tensor Numbered(params long[] shape) => Tensor.FromSingles(
        Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(number => number + 0.5f).ToArray(), shape);
}
