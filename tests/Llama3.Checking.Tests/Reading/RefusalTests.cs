using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;
using Llama3.Formats.Input;

namespace Llama3.Checking.Tests.Reading;

/// <summary>What cannot be read is refused in one line that names the tensor, if there is nothing else in the dump that can be judged.</summary>
public sealed class RefusalTests
{
    [Fact(DisplayName = "no known name")]
    public void No_known_name() => Refused(
        new() { ["wq"] = torch.zeros(3) }, "*holds no tensor with a known name, but 1 other, such as wq;*");

    [Fact(DisplayName = "nothing at all")]
    public void Nothing() => Refused([], "*it is empty*");

    [Theory(DisplayName = "a shape that fits no layout:")]
    [InlineData("q_per_token", 17, 9)]
    [InlineData("layers.0.token_embeddings", 16, 80)]
    [InlineData("layers.2.k_per_token", 17, 30)]
    [InlineData("freqs_cis", 17, 5)]
    public void Misshapen(string name, int rows, int columns) =>
        Refused(new() { [name] = torch.zeros(rows, columns) }, $"*: {name} has the shape ?{rows}, {columns}?, expected * with T = 17*");

    [Theory(DisplayName = "a layer's tensor has to hold all heads, and the message asks for no other shape:")]
    [InlineData("layers.0.q_per_token", "[8, 17, 10] or [17, 8, 10] or [17, 80] for q_per_token [n_heads, T, head_dim] with T = 17")]
    [InlineData("q_per_token", "[8, 17, 10] or [17, 8, 10] or [17, 80] or [17, 10] for q_per_token [T, head_dim] with T = 17")]
    public void A_head_less(string name, string shapes) => Refused(
        new() { [name] = torch.zeros(7, 17, 10) }, $"*: {name} has the shape [7, 17, 10], expected {shapes}");

    [Fact(DisplayName = "a tensor of one head cannot hold all, and the message asks for no other shape")]
    public void Shape_of_one_head() => Refused(
        Enumerable.Range(0, 8).ToDictionary(head => $"layers.0.q_per_token.head{head}", _ => torch.zeros(16, 10)),
        "*: layers.0.q_per_token.head0 has the shape [16, 10], expected [17, 10] for q_per_token [T, head_dim] with T = 17");

    [Theory(DisplayName = "a shape that another model has: that model is named")]
    [InlineData("micro-mha", "layers.0.k_per_token", 8, 17, 10)]
    [InlineData("micro-mha", "layers.0.k_layer0", 8, 10, 80)]
    [InlineData("micro-mha", "layers.0.k_layer0", 1, 80, 80)]
    [InlineData("micro-mha", "layers.0.v_layer0_head0", 8, 10, 80)]
    [InlineData("micro-3.2", "layers.0.k_per_token", 2, 17, 64)]
    [InlineData("micro-3.2", "layers.1.layer_0_embedding", 17, 256)]
    public void The_other_model(string model, string name, params int[] sizes) =>
        Refused(new() { [name] = Numbered(sizes) }, $"*if the port ran {model}, check with --model {model}");

    [Fact(DisplayName = "the other model is not named where heads are not what is wrong")]
    public void Not_the_other_model()
    {
        Message(new() { ["layers.0.k_per_token"] = torch.zeros(2, 10, 17) }).Should().NotContain("micro-mha");
        Message(Rows(at => $"layers.0.q_per_token@{at}", at => torch.zeros(8, 17, 10))).Should().NotContain("micro-mha");
    }

    [Fact(DisplayName = "keys repeated in another order than in groups")]
    public void Tiled_keys()
    {
        var (one, two) = (torch.zeros(17, 10), Numbered(17, 10));
        Refused(
            new() { ["layers.0.k_per_token"] = torch.stack([one, two, one, two, one, two, one, two]) },
            "*: layers.0.k_per_token has 8 heads, of which 0 and 1 differ, 0 and 2 do not; "
                + "expected each key/value head 4 times in a row; dump it before it is repeated");
    }

    [Fact(DisplayName = "keys of which one head is not as the others of its group")]
    public void Uneven_keys()
    {
        var (one, two) = (torch.zeros(17, 10), Numbered(17, 10));
        Refused(
            new() { ["layers.0.k_per_token"] = torch.stack([one, one, one, one, two, two, two, one]) },
            "*of which 4 and 7 differ; expected each key/value head 4 times in a row; dump it before it is repeated, or *");
    }

    [Fact(DisplayName = "one result under two names, with other numbers")]
    public void Twice() => Refused(
        new() { ["layers.0.layer_0_embedding"] = torch.zeros(17, 80), ["l_out-0"] = torch.full(17, 80, 1) },
        "*: layers.0.layer_0_embedding is the same result as l_out-0, layer_0_embedding, with other numbers; dump it once");

    [Fact(DisplayName = "one result whole and in parts")]
    public void Whole_and_in_parts() => Refused(
        new() { ["layers.0.layer_0_embedding"] = torch.zeros(17, 80), ["layers.0.layer_0_embedding@3"] = torch.zeros(80) },
        "*is dumped as a whole and by position, as layers.0.layer_0_embedding@3; dump one of the two*");

    [Fact(DisplayName = "a layer that the model does not have")]
    public void No_such_layer() => Refused(
        new() { ["layers.3.q_per_token"] = torch.zeros(8, 17, 10) }, "*of layer 3, but the model has the layers 0 to 2*");

    [Fact(DisplayName = "one head of a layer")]
    public void One_head() => Refused(new() { ["layers.1.q_per_token"] = torch.zeros(17, 10) }, "*holds one head, expected all 8 heads of layer 1*");

    [Fact(DisplayName = "heads missing")]
    public void Heads_missing() => Refused(
        new() { ["layers.1.q_per_token.head0"] = torch.zeros(17, 10), ["layers.1.q_per_token.head2"] = torch.zeros(17, 10) },
        "*: layers.1.q_per_token.head0 is dumped without heads 1, 3, 4 and 3 more, expected each head from 0 to 7 once");

    [Fact(DisplayName = "more heads than there are")]
    public void Heads_beyond() => Refused(
        Rows(head => $"layers.1.q_per_token.head{head}", _ => torch.zeros(17, 10)),
        "*: layers.1.q_per_token.head8 is of head 8, expected each head from 0 to 7 once");

    [Fact(DisplayName = "heads of a step without heads")]
    public void Heads_of_none() => Refused(
        new() { ["layers.0.token_embeddings.head0"] = torch.zeros(17, 80) },
        "*: layers.0.token_embeddings.head0 is of head 0, but token_embeddings has no heads");

    [Theory(DisplayName = "all heads under the name of one, in each tensor or in a single one:")]
    [InlineData(0, 8, 17, 10)]
    [InlineData(3, 8, 17, 10)]
    [InlineData(0, 17, 80)]
    public void All_heads_as_one(int first, params int[] sizes)
    {
        var heads = Enumerable.Range(0, 8).ToDictionary(
            head => $"layers.0.q_per_token.head{head}", head => head < first ? torch.zeros(17, 10) : Numbered(sizes));
        Refused(heads, $"*: layers.0.q_per_token.head{first} holds all heads, expected head {first} alone");
    }

    [Fact(DisplayName = "positions missing")]
    public void Positions_missing() => Refused(
        new() { ["layers.1.token_embeddings@0"] = torch.zeros(80), ["layers.1.token_embeddings@1"] = torch.zeros(80) },
        "*: layers.1.token_embeddings@0 is dumped without positions 2, 3, 4 and 12 more, expected each position from 0 to 16 once");

    [Fact(DisplayName = "one position of one head missing")]
    public void Position_of_a_head_missing()
    {
        var names = from head in Enumerable.Range(0, 8) from at in Enumerable.Range(0, 17) select $"layers.0.q_per_token.head{head}@{at}";
        Refused(
            names.Where(name => name != "layers.0.q_per_token.head3@4").ToDictionary(name => name, _ => torch.zeros(10)),
            "*: layers.0.q_per_token.head3@0 is dumped without position 4 of head 3, expected each position from 0 to 16 once");
    }

    [Theory(DisplayName = "all heads at some positions, and one head at others:")]
    [InlineData(0, "*: layers.0.q_per_token@1 holds all heads, but layers.0.q_per_token@0 one head;*")]
    [InlineData(3, "*: layers.0.q_per_token@3 holds one head, but layers.0.q_per_token@0 all heads;*")]
    public void Heads_at_some_positions(int odd, string message) =>
        Refused(Rows(at => $"layers.0.q_per_token@{at}", at => at == odd ? torch.zeros(10) : torch.zeros(8, 10)), message);

    [Fact(DisplayName = "what is computed of the last token, at another")]
    public void Not_the_last_position() => Refused(
        new() { ["next_token@3"] = torch.zeros([1], dtype: int64) },
        "*: next_token@3 is of position 3, expected next_token of position 16, the last one");

    [Fact(DisplayName = "what is computed of the last token, whole and by position")]
    public void Whole_and_last() => Refused(
        new() { ["logits"] = torch.zeros(128256), ["logits@16"] = torch.zeros(128256) }, "*is dumped as a whole and by position, as logits@16;*");

    [Theory(DisplayName = "the last token alone, where others are needed:")]
    [InlineData("l_out-1", 1, 80)]
    [InlineData("layers.2.k_per_token", 2, 1, 10)]
    [InlineData("layers.2.token_embeddings", 1, 80)]
    [InlineData("token_embeddings_unnormalized", 1, 80)]
    public void Last_token_alone(string name, params int[] sizes) => Refused(new() { [name] = Numbered(sizes) }, $"*: {name} has the shape [*");

    [Fact(DisplayName = "scores of computed keys alone, before they are masked")]
    public void Rows_of_unmasked_scores() => Refused(
        Enumerable.Range(0, 17).ToDictionary(at => $"layers.0.qk_per_token@{at}", at => torch.zeros(8, at + 1)),
        "*dumps qk_per_token_after_masking in place of qk_per_token*");

    [Fact(DisplayName = "cosines without sines")]
    public void Cosines_alone() => Refused(new() { ["freqs_cos"] = torch.zeros(17, 5) }, "*expected one tensor of cosines and one of sines*");

    [Theory(DisplayName = "cosines in parts:")]
    [InlineData("freqs_cos.head4")]
    [InlineData("freqs_cos@0")]
    public void Parts_of_tables(string name) => Refused(
        new() { [name] = torch.zeros(17, 5), ["freqs_sin"] = torch.zeros(17, 5) },
        $"*: {name} is a part of a table, expected freqs_cos with all positions in one");

    [Fact(DisplayName = "cosines that are complex")]
    public void Complex_tables() => Refused(
        new() { ["freqs_cos"] = torch.view_as_complex(torch.zeros(17, 5, 2)), ["freqs_sin"] = torch.zeros(17, 5) },
        "*: freqs_cos has the dtype C64, expected numbers such as Float32");

    [Fact(DisplayName = "cosines that are truth values")]
    public void Truth_values()
    {
        using var folder = new DumpFolder();
        folder.Write("sin.f32", new byte[17 * 5 * 4]);
        folder.Write("cos.bool", new byte[17 * 5]);
        folder.Write("manifest.json", """
            {"freqs_cos": {"shape": [17, 5], "dtype": "bool", "file": "cos.bool"}, "freqs_sin": {"shape": [17, 5], "file": "sin.f32"}}
            """);
        using var dump = Dump.Open(folder.Path);
        new Action(() => _ = DumpedRun.Of(dump, MicroModel.Micro.Article)).Should().Throw<BadInputException>()
            .WithMessage("*: freqs_cos has the dtype BOOL, expected numbers such as Float32");
    }

    [Fact(DisplayName = "complex numbers where there are none")]
    public void Complex_numbers() => Refused(
        new() { ["logits"] = torch.view_as_complex(torch.zeros(128256, 2)) }, "*has the dtype C64, expected numbers such as Float32*");

    [Fact(DisplayName = "tokens that are not whole numbers")]
    public void Fractions() => Refused(new() { ["tokens"] = torch.zeros(17) + 0.5 }, "*tokens holds 0.5 at 0, expected whole numbers*");

    [Theory(DisplayName = "token ids that the vocabulary does not have:")]
    [InlineData(-1)]
    [InlineData(128256)]
    public void Ids_out_of_range(int id) => Refused(
        new() { ["tokens"] = torch.full(17, id, dtype: int64) }, $"*tokens holds {id} at 0, expected ids from 0 to 128255*");

    [Theory(DisplayName = "too few or too many tokens:")]
    [InlineData(0)]
    [InlineData(20)]
    public void Numbers_of_tokens(int count) => Refused(
        new() { ["tokens"] = torch.zeros([count], dtype: int64) },
        $"*tokens holds {count} ids, expected the 17 of article, with 2 more or fewer at most*--case");

    [Fact(DisplayName = "NaN everywhere")]
    public void Nan_everywhere() => Refused(
        new() { ["token_embeddings"] = torch.full(17, 80, double.NaN), ["logits"] = torch.full(128256, double.NaN) }, "*NaN throughout*");

    private static Dictionary<string, Tensor> Rows(Func<int, string> name, Func<int, Tensor> row) =>
        Enumerable.Range(0, 17).ToDictionary(name, row);

    /// <summary>0, 1, 2, … in this shape.</summary>
    private static Tensor Numbered(params int[] sizes)
    {
        var numbers = Enumerable.Range(0, sizes.Aggregate(1, (product, size) => product * size)).Select(number => (float)number).ToArray();
        return Tensor.FromSingles(numbers, [.. sizes.Select(size => (long)size)]);
    }

    private static void Refused(Dictionary<string, Tensor> tensors, string message) => Message(tensors).Should().Match(message);

    private static string Message(Dictionary<string, Tensor> tensors)
    {
        var message = new Action(() => Port.Check(MicroModel.Micro, tensors)).Should().Throw<BadInputException>().Which.Message;
        message.Should().NotContain("\n");
        return message;
    }
}
