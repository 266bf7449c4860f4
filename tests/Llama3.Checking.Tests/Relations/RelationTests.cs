using Llama3.Checking.Goldens;
using Llama3.Checking.Relations;
using Llama3.Checking.Tests.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Relations;

/// <summary>What is said of a wrong step where no known mistake fits: how its results are related to the goldens.</summary>
public sealed class RelationTests
{
    private static readonly (string Relation, ArticleStep Step, Func<Values, Tensor> Wrong)[] Changes =
    [
        ("every value is twice the golden", q_per_token, v => v.right(q_per_token) * 2),
        ("every value is half the golden", embedding_delta, v => v.right(embedding_delta) / 2),
        ("every value is 1.5 times the golden", qkv_attention, v => v.right(qkv_attention) * 1.5),
        ("every value is 3.16 times the golden (√head_dim)", k_per_token, v => v.right(k_per_token) * Math.Sqrt(v.config.head_dim)),
        ("every value is 0.1 times the golden (1/head_dim)", qkv_attention, v => v.right(qkv_attention) / v.config.head_dim),
        ("every value is 8.94 times the golden (√dim)", embedding_after_edit, v => v.right(embedding_after_edit) * Math.Sqrt(v.config.dim)),
        ("every value has the wrong sign", embedding_delta, v => v.right(embedding_delta) * -1),
        ("every value is the golden plus 1", freqs, v => v.right(freqs) + 1),
        ("every value is the golden minus 0.5", embedding_after_edit, v => v.right(embedding_after_edit) - 0.5),
        ("every value is the golden plus 1", tokens, v => v.right(tokens) + 1),
        ("every value is 0", output_after_feedforward, v => torch.zeros_like(v.right(output_after_feedforward))),
        ("all values are equal, such as 0.0588379", qk_per_token_after_masking_after_softmax, v =>
            torch.ones_like(v.right(qk_per_token_after_masking_after_softmax)) / v.right(qk_per_token_after_masking_after_softmax).shape[^1]),
        ("every value is 1 divided by the golden", q_per_token, v => 1 / v.right(q_per_token)),
        ("every value is the square of the golden", q_per_token, v => v.right(q_per_token).pow(2)),
        ("the tokens are one place late: each holds what belongs to the one before", embedding_after_edit_normalized, v =>
            torch.cat([v.right(embedding_after_edit_normalized)[..1], v.right(embedding_after_edit_normalized)[..^1]], 0)),
        ("the tokens are one place early: each holds what belongs to the one after", embedding_delta, v =>
            torch.cat([v.right(embedding_delta)[1..], v.right(embedding_delta)[..1]], 0)),
        ("the heads are in reverse order", q_per_token, v => OfHead(v, q_per_token, (head, heads) => heads - 1 - head)),
        ("every head holds what belongs to the first", qkv_attention, v => OfHead(v, qkv_attention, (_, _) => 0)),
        ("the heads are in another order: 1, 4, 7, 2, 5, 0, 3, 6", q_per_token_rotated, v => OfHead(v, q_per_token_rotated, (head, heads) => (head * 3 + 1) % heads)),
        ("neighbouring values of a row have changed places", q_per_token_rotated, v => Along(v.right(q_per_token_rotated), i => i ^ 1)),
        ("the two halves of the values of a row have changed places", q_per_token, v => Along(v.right(q_per_token), i => (i + 5) % 10)),
        ("the values of a row are in another order: 0, 3, 6, 9, 2, 5, 8, 1, 4, 7", v_per_token, v => Along(v.right(v_per_token), i => i * 3 % 10)),
        ("rows and columns have changed places", qk_per_token_after_masking_after_softmax, v => v.right(qk_per_token_after_masking_after_softmax).transpose(-2, -1)),
        ("rows and columns have changed places", embedding_delta, v => v.right(embedding_delta).transpose(-2, -1)),
        ("the numbers are in the order [n_heads, T, head_dim] instead of [T, n_heads, head_dim]", stacked_qkv_attention, v =>
            v.every_head[qkv_attention].reshape(-1, v.config.head_dim)),
        ("the numbers are in the order [T, n_heads, head_dim] instead of [n_heads, T, head_dim]", q_per_token_rotated, v => v.head is null
            ? v.right(q_per_token_rotated).transpose(0, 1) : v.right(q_per_token_rotated)),
        ("the numbers are right, in another shape", freqs_for_each_token, v => v.right(freqs_for_each_token).reshape(-1)),
        ("the first token is missing", embedding_after_edit, v => v.right(embedding_after_edit)[1..]),
        ("there is one token too many, at the end", layer_0_embedding, v =>
            torch.cat([v.right(layer_0_embedding), v.right(layer_0_embedding)[..1]], 0)),
        ("the golden is a part of it: the last along its first axis", logits, v =>
            Safe.matmul(v[final_embedding_normalized], v.weight("output").T)),
        ("this is embedding_after_edit", layer_0_embedding, v => v[embedding_after_edit]),
        ("this is the layer's input", embedding_after_edit_normalized, v => v.layer_input),
        ("this is what layer 1 should have", embedding_delta, v => v.in_layer(1)[embedding_delta]),
        ("this is what layer 2 should have", q_per_token, v => v.head is { } head ? v.in_layer(2)[q_per_token][head] : v.in_layer(2)[q_per_token]),
        ("this is what the layer before should have", embedding_delta, v => v.in_layer(Math.Max(0, v.layer - 1))[embedding_delta]),
        ("as if there were no mask: tokens see those after them", qk_per_token_after_masking, v => v.right(qk_per_token)),
        ("as if there were no mask: tokens see those after them", qk_per_token_after_masking_after_softmax, v => v.right(qk_per_token).softmax(-1).to_type(v.dtype)),
        ("rounded to bfloat16, where float32 is expected", embedding_after_edit, v => v.right(embedding_after_edit).to_type(bfloat16).to_type(v.dtype)),
        ("wrong only in the first token: every value is 0", embedding_delta, v => Rows(v.right(embedding_delta), (row, t, _) => t == 0 ? row * 0 : row)),
        ("wrong only in the last token: every value is twice the golden", layer_0_embedding, v =>
            Rows(v.right(layer_0_embedding), (row, t, count) => t == count - 1 ? row * 2 : row)),
        ("wrong only in all tokens but the first", embedding_after_edit, v =>
            Rows(v.right(embedding_after_edit), (row, t, count) => t == 0 ? row : row.pow(2) * t)),
        ("wrong only in every second of the values of a row, from 1 on: every value has the wrong sign", q_per_token_rotated, v =>
            Rows(v.right(q_per_token_rotated).transpose(0, -1), (row, i, _) => i % 2 == 1 ? row * -1 : row).transpose(0, -1)),
        ("wrong only in the last number of a pair: every value has the wrong sign", q_per_token_as_complex_numbers, v => torch.view_as_complex(
            Rows(torch.view_as_real(v.right(q_per_token_as_complex_numbers)).transpose(0, -1), (numbers, part, _) => part == 1 ? numbers * -1 : numbers)
                .transpose(0, -1).contiguous())),
        ("wrong only in head 3: every value is the golden plus 1", q_per_token, v => v.head is null ? OnlyHead3(v.right(q_per_token)) : v.right(q_per_token)),
        ("each token is the golden times a number of its own, from 1 to 17", embedding_delta, v => Rows(v.right(embedding_delta), (row, t, _) => row * (t + 1))),
        ("170 of 170 values are nan, where numbers are expected", q_per_token, v => v.right(q_per_token) * double.NaN),
    ];

    private static readonly Random Dice = new(14);

    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (relation, step, _) in Changes) { data.Add(step.id, relation); }
            return data;
        }
    }

    [Theory(DisplayName = "relations:"), MemberData(nameof(All))]
    public void Is_said(string id, string relation)
    {
        var change = Changes.Single(change => change.Relation == relation && change.Step.id == id);
        var report = Check(change.Step, change.Wrong);
        report.ToString().ShouldEndInAVerdict().Split('\n').Should().Contain($"relation   {relation}", $"{report}");
    }

    [Fact(DisplayName = "relations: noise has none, alone or added to the golden")]
    public void Nothing_is_said_of_noise()
    {
        var steps = ArticleSteps.all.Where(step => step.shape.IsPerToken && step.dtype is not null and not ScalarType.Int64);
        foreach (var step in steps.Where((_, index) => LongTests.Run || index % 3 == 0))
        {
            RelationOf(Check(step, v => Noise(v.right(step), 1))).Should().BeNull($"{step} is noise");
            RelationOf(Check(step, v => v.right(step) + Noise(v.right(step), 0.1))).Should().BeNull($"{step} has noise in it");
        }
    }

    [Fact(DisplayName = "relations: the noise of one token is called by its place, and nothing else")]
    public void Noise_in_one_place()
    {
        RelationOf(Check(embedding_delta, v => Rows(v.right(embedding_delta), (row, t, _) => t == 2 ? Noise(row, 1) : row)))
            .Should().Be("wrong only in token 2");
    }

    private static string? RelationOf(StepReport report)
    {
        report.Passed.Should().BeFalse();
        return Relation.Of(Misses.Of(report.Failures), Micro.Checkpoint.Params);
    }

    /// <summary>Random numbers in the shape and dtype of a tensor.</summary>
    private static Tensor Noise(Tensor like, double size)
    {
        var numbers = torch.tensor(like.ToSingles().Select(_ => (float)(size * (Dice.NextDouble() * 2 - 1))).ToArray());
        return like.dtype == complex64 ? torch.view_as_complex(numbers.reshape([.. like.shape, 2])) : numbers.reshape(like.shape).to_type(like.dtype);
    }

    /// <summary>The right result, with other heads.</summary>
    private static Tensor OfHead(Values v, ArticleStep step, Func<int, int, int> from)
    {
        var all = v.every_head.right(step);
        var heads = torch.stack(Enumerable.Range(0, (int)all.shape[0]).Select(head => all[from(head, (int)all.shape[0])]));
        return v.head is { } one ? heads[one] : heads;
    }

    /// <summary>The same rows, with their values in another order.</summary>
    private static Tensor Along(Tensor rows, Func<int, int> from) => torch.stack(
        Enumerable.Range(0, (int)rows.shape[^1]).Select(i => rows.transpose(0, -1)[from(i)])).transpose(0, -1);

    private static Tensor Rows(Tensor tensor, Func<Tensor, int, long, Tensor> change) =>
        torch.stack(Enumerable.Range(0, (int)tensor.shape[0]).Select(i => change(tensor[i], i, tensor.shape[0])));

    private static Tensor OnlyHead3(Tensor heads) => Rows(heads, (head, i, _) => i == 3 ? head + 1 : head);

    private static StepReport Check(ArticleStep step, Func<Values, Tensor> wrong) =>
        new GoldenCheck(MicroModel.Micro, new Dictionary<ArticleStep, Func<Values, StepResult>> { [step] = v => wrong(v) }).Check(step);
}
