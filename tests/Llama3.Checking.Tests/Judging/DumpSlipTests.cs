using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Checking.Names.Engines;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Ports that are right, with a slip in what they dump: the fault is found, is not taken for a mistake, and is told apart.</summary>
public sealed class DumpSlipTests
{
    private static readonly Dictionary<string, Tensor> Right = MicroModel.Micro.Article.Results(ScalarType.Float32)
        .Where(pair => pair.Value.text is null && DumpContract.Must.Any(step => pair.Key.EndsWith($".{step.id}", StringComparison.Ordinal) || pair.Key == step.id))
        .Where(pair => pair.Key.Contains('.') || ArticleSteps.all[pair.Key].repeats == Repeats.Once)
        .ToDictionary(pair => pair.Key, pair => pair.Value.tensor);

    [Theory(DisplayName = "dumped in place of it:")]
    [InlineData("layers.1.k_per_token", "layers.1.v_per_token", "v_per_token of layer 1")]
    [InlineData("layers.1.q_per_token", "layers.1.q_per_token_rotated", "q_per_token_rotated of layer 1")]
    [InlineData("layers.0.layer_0_embedding", "layers.0.output_after_feedforward", "output_after_feedforward of layer 0")]
    [InlineData("layers.2.token_embeddings", "layers.1.token_embeddings", "token_embeddings of layer 1")]
    [InlineData("token_embeddings_unnormalized", "layers.2.layer_0_embedding", "layer_0_embedding of layer 2")]
    public void Another_tensor(string key, string dumped, string instead)
    {
        var fault = Fault(new(Right) { [key] = Right[dumped] });
        (fault.Name, fault.Instead, fault.OnlyDumped).Should().Be((key, instead, true));
        fault.LooksLike.Should().BeEmpty();
    }

    [Theory(DisplayName = "dumped in place of it, without goldens:")]
    [InlineData("layers.1.k_per_token", "layers.1.v_per_token", "v_per_token of layer 1")]
    [InlineData("layers.0.q_per_token", "layers.1.q_per_token", "q_per_token of layer 1")]
    [InlineData("final_embedding_normalized", "layers.2.layer_0_embedding", "layer_0_embedding of layer 2")]
    public void Another_tensor_without_goldens(string key, string dumped, string instead)
    {
        var dump = MemoryDump.Of(new Dictionary<string, Tensor>(Right) { [key] = Right[dumped] });
        var report = new DumpCheck(DumpedRun.Of(dump, new ReferenceModel(MicroModel.Micro.Folder, MicroModel.Micro.Checkpoint))).Run();
        var fault = report.Results.Single(result => result.IsFault);
        (fault.Name, fault.Instead, fault.OnlyDumped).Should().Be((key, instead, true));
    }

    [Fact(DisplayName = "a buffer that was not filled")]
    public void A_buffer_that_was_not_filled()
    {
        var fault = Fault(new(Right) { ["layers.1.stacked_qkv_attention"] = torch.full(17, 80, double.NaN) });
        (fault.Step, fault.OnlyDumped, fault.LooksLike.Count).Should().Be((ArticleSteps.stacked_qkv_attention, true, 0));
    }

    [Fact(DisplayName = "scores that are transposed")]
    public void Its_own_transpose()
    {
        var key = "layers.1.qk_per_token_after_masking_after_softmax";
        var tensor = MicroModel.Micro.Article.Results(ScalarType.Float32)[key].tensor.transpose(-1, -2).contiguous();
        Fault(new(Right) { [key] = tensor }).Instead.Should().Be("its own transpose");
    }

    [Fact(DisplayName = "queries in one order and keys in the other are a fault, and neither is rearranged")]
    public void Queries_and_keys_in_different_orders()
    {
        var tensors = new Dictionary<string, Tensor>(Right);
        foreach (var key in Right.Keys.Where(key => key.Contains(".q_per_token", StringComparison.Ordinal)))
        {
            var q = Right[key];
            tensors[key] = q.reshape([.. q.shape[..^1], q.shape[^1] / 2, 2]).transpose(-1, -2).reshape(q.shape);
        }
        var report = Port.Check(MicroModel.Micro, tensors);
        report.Steps.Where(step => step.IsFault).Select(step => step.Step).Should().Equal(ArticleSteps.q_per_token, ArticleSteps.q_per_token_rotated);
        report.Dump.Notes.Should().BeEmpty();
    }

    [SkippableFact(DisplayName = "a wrong id alone has no name")]
    public void A_wrong_id_alone()
    {
        LongTests.SkipUnlessAskedFor();
        Fault(new() { ["next_token"] = torch.tensor([489L], [1]) }).LooksLike.Should().BeEmpty();
    }

    [Fact(DisplayName = "without tokens, mistakes in them explain nothing that has the right length")]
    public void Without_tokens()
    {
        Fault(new()
        {
            ["layers.1.q_per_token_rotated"] = Right["layers.1.q_per_token_rotated"],
            ["layers.2.layer_0_embedding"] = torch.zeros(17, 80),
        }).LooksLike.Should().BeEmpty();
    }

    [Fact(DisplayName = "a misspelt name is listed, with the one that is meant")]
    public void A_misspelt_name() => Misspelling.Of("layers.0.q_per_tokens").Should().Be("q_per_token");

    private static JudgedResult Fault(Dictionary<string, Tensor> tensors) => Port.Check(MicroModel.Micro, tensors).Results.Single(result => result.IsFault);
}
