using Llama3.Reference.Checking;

namespace Llama3.Reference.Tests.Ports;

/// <summary>Dumps that cannot be judged are refused in one line that names the tensor.</summary>
public sealed class RefusalTests
{
    [Fact(DisplayName = "no known name")]
    public void No_known_name() => Refused(new() { ["wq"] = torch.zeros(3) }, "*holds no tensor with a name that is known, but 1 others, such as wq;*");

    [Fact(DisplayName = "nothing at all")]
    public void Nothing() => Refused([], "*it is empty*");

    [Theory(DisplayName = "a shape that fits no layout:")]
    [InlineData("q_per_token", 17, 9)]
    [InlineData("layers.0.token_embeddings", 16, 80)]
    [InlineData("layers.2.k_per_token", 17, 80)]
    public void Misshapen(string name, int rows, int columns) =>
        Refused(new() { [name] = torch.zeros(rows, columns) }, $"*: {name} has the shape ?{rows}, {columns}?, expected * with T = 17*");

    [Fact(DisplayName = "as many key heads as heads: the other model is named")]
    public void The_other_model() => Refused(new() { ["layers.0.k_per_token"] = torch.zeros(8, 17, 10) }, "*--model micro-mha*");

    [Fact(DisplayName = "one result under two names")]
    public void Twice() => Refused(
        new() { ["layers.0.layer_0_embedding"] = torch.zeros(17, 80), ["l_out-0"] = torch.zeros(17, 80) }, "*dump it once*");

    [Fact(DisplayName = "one result whole and in parts")]
    public void Whole_and_in_parts() => Refused(
        new() { ["layers.0.layer_0_embedding"] = torch.zeros(17, 80), ["layers.0.layer_0_embedding@3"] = torch.zeros(80) },
        "*is there as a whole and by position, as layers.0.layer_0_embedding@3; dump one of both*");

    [Fact(DisplayName = "a layer that the model does not have")]
    public void No_such_layer() => Refused(new() { ["layers.3.q_per_token"] = torch.zeros(8, 17, 10) }, "*of layer 3, but the model has the layers 0 to 2*");

    [Fact(DisplayName = "one head of a layer")]
    public void One_head() => Refused(new() { ["layers.1.q_per_token"] = torch.zeros(17, 10) }, "*holds one head, expected all 8 heads of layer 1*");

    [Fact(DisplayName = "heads missing")]
    public void Heads_missing() => Refused(
        new() { ["layers.1.q_per_token.head0"] = torch.zeros(17, 10), ["layers.1.q_per_token.head2"] = torch.zeros(17, 10) },
        "*has the heads 0, 2 of it in the dump, expected each head from 0 to 7 once*");

    [Fact(DisplayName = "positions missing")]
    public void Positions_missing() => Refused(
        new() { ["layers.1.token_embeddings@0"] = torch.zeros(80), ["layers.1.token_embeddings@1"] = torch.zeros(80) },
        "*has the positions 0, 1 of it in the dump, expected each position from 0 to 16 once*");

    [Fact(DisplayName = "scores of computed keys alone, before they are masked")]
    public void Rows_of_unmasked_scores() => Refused(
        Enumerable.Range(0, 17).ToDictionary(at => $"layers.0.qk_per_token@{at}", at => torch.zeros(8, at + 1)),
        "*dumps qk_per_token_after_masking in place of qk_per_token*");

    [Fact(DisplayName = "cosines without sines")]
    public void Cosines_alone() => Refused(new() { ["freqs_cos"] = torch.zeros(17, 5) }, "*expected one tensor of cosines and one of sines*");

    [Fact(DisplayName = "complex numbers where there are none")]
    public void Complex_numbers() => Refused(
        new() { ["logits"] = torch.view_as_complex(torch.zeros(128256, 2)) }, "*has the dtype C64, expected numbers such as Float32*");

    [Fact(DisplayName = "tokens that are no whole numbers")]
    public void Fractions() => Refused(new() { ["tokens"] = torch.zeros(17) + 0.5 }, "*tokens holds 0.5 at 0, expected whole numbers*");

    [Theory(DisplayName = "token ids that the vocabulary does not have:")]
    [InlineData(-1)]
    [InlineData(128256)]
    public void Ids_out_of_range(int id) => Refused(new() { ["tokens"] = torch.full(17, id, dtype: int64) }, $"*tokens holds {id} at 0, expected ids from 0 to 128255*");

    [Theory(DisplayName = "too few or too many tokens:")]
    [InlineData(0)]
    [InlineData(20)]
    public void Numbers_of_tokens(int count) => Refused(new() { ["tokens"] = torch.zeros([count], dtype: int64) }, $"*tokens holds {count} ids, expected the 17 of article, with 2 more or fewer at most*--case");

    [Fact(DisplayName = "NaN everywhere")]
    public void Nan_everywhere() => Refused(
        new() { ["token_embeddings"] = torch.full(17, 80, double.NaN), ["logits"] = torch.full(128256, double.NaN) }, "*NaN throughout*");

    private static void Refused(Dictionary<string, Tensor> tensors, string message)
    {
        var error = new Action(() => Port.Check(MicroModel.Micro, tensors)).Should().Throw<BadInputException>().WithMessage(message).Which;
        error.Message.Should().NotContain("\n");
    }
}
