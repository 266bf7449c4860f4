using Llama3.Checking.Goldens;
using Llama3.Reference.Steps;
using Llama3.Reference.Tests.Course;

namespace Llama3.Reference.Tests;

/// <summary>Each function on numbers that one can work out on paper.</summary>
public sealed partial class Article
{
    [StepFact("tokens", "the prompt is cut into 16 tokens, with 128000 in front")]
    public void Tokens_of_the_prompt() =>
        Prompt.encode(Micro.Checkpoint.tokenizer, MicroModel.Micro.Manifest.Prompt).ToInt64s().Should().Equal(
            128000, 1820, 4320, 311, 279, 17139, 3488, 315, 2324, 11, 279, 15861, 11, 323, 4395, 374, 220);

    [StepFact("prompt_split_as_tokens", "the pieces put together are the prompt")]
    public void Pieces_make_up_the_prompt()
    {
        var tokens = torch.tensor([128000L, 1820, 4320, 374, 220, 2983]);
        Prompt.split_as_tokens(Micro.Checkpoint.tokenizer, tokens).Should().Equal("<|begin_of_text|>", "the", " answer", " is", " ", "42");
    }

    [StepFact("token_embeddings_unnormalized", "tokens 2, 0, 2 pick rows 2, 0, 2")]
    public void Embedding_picks_rows() =>
        Numbers(Embedding.look_up(torch.tensor([2L, 0, 2]), Matrix(3, 2, 1, 2, 3, 4, 5, 6), float32)).Should().Equal(5, 6, 1, 2, 5, 6);

    [StepFact("token_embeddings", "[3, 4] has root mean square √12.5 and becomes [0.8485, 1.1314]")]
    public void Norm_of_3_4() => Close(RmsNorm.rms_norm(Matrix(1, 2, 3, 4), torch.ones(2), 0), 0.848528f, 1.131371f);

    [StepFact("token_embeddings", "the weight scales each dimension after the norm")]
    public void Norm_applies_the_weight() =>
        Close(RmsNorm.rms_norm(Matrix(1, 2, 3, 4), torch.tensor([2f, 10f]), 0), 1.697056f, 11.313708f);

    [StepFact("token_embeddings", "eps stands inside the root: [0.003, 0.004] becomes [0.6325, 0.8433], and zeros stay zero")]
    public void Norm_of_tiny_rows() =>
        Close(RmsNorm.rms_norm(Matrix(2, 2, 0.003f, 0.004f, 0, 0), torch.ones(2), 1e-5), 0.632456f, 0.843274f, 0, 0);

    [StepFact("q_layer0", "four rows make two heads of two rows")]
    public void Weights_are_cut_into_heads()
    {
        var heads = Attention.split_into_heads(Matrix(4, 1, 1, 2, 3, 4), 2);
        heads.shape.Should().Equal(2, 2, 1);
        Numbers(heads[1]).Should().Equal(3, 4);
    }

    [StepFact("q_layer0_head0", "head 1 of two is the second half; null keeps both")]
    public void One_head_or_all()
    {
        var heads = Matrix(2, 2, 1, 2, 3, 4);
        Numbers(Attention.select_head(heads, 1)).Should().Equal(3, 4);
        Numbers(Attention.select_head(heads, null)).Should().Equal(1, 2, 3, 4);
    }

    [StepFact("q_per_token", "[1, 2] asked of the rows (1, 0), (0, 1), (1, 1) gives 1, 2, 3")]
    public void Projection_by_hand() =>
        Numbers(Attention.project(Matrix(1, 2, 1, 2), Matrix(3, 2, 1, 0, 0, 1, 1, 1))).Should().Equal(1, 2, 3);

    [StepFact("q_per_token_split_into_pairs", "1 2 3 4 pairs up as (1, 2) (3, 4), not as (1, 3) (2, 4)")]
    public void Pairs_are_neighbours()
    {
        var pairs = Rope.split_into_pairs(Matrix(1, 4, 1, 2, 3, 4));
        pairs.shape.Should().Equal(1, 2, 2);
        Numbers(pairs[0, 1]).Should().Equal(3, 4);
    }

    [StepFact("zero_to_one_split_into_64_parts", "four pairs stand at 0, ¼, ½, ¾; none at 1")]
    public void Parts_of_four() => Numbers(Rope.zero_to_one(4)).Should().Equal(0, 0.25f, 0.5f, 0.75f);

    [StepFact("freqs", "with theta 100 the part ½ turns 10 times slower")]
    public void Freq_by_hand() => Close(Rope.freqs(torch.tensor([0f, 0.5f]), 100), 1, 0.1f);

    [StepFact("freqs_for_each_token", "at position 3 the speeds 1 and ½ have come to 3 and 1½")]
    public void Angles_by_hand() =>
        Numbers(Rope.freqs_for_each_token(torch.tensor([0L, 3]), torch.tensor([1f, 0.5f]))).Should().Equal(0, 0, 3, 1.5f);

    [StepFact("freqs_cis", "token 0 is not rotated; a quarter turn is i")]
    public void Cis_by_hand() => Close(Rope.freqs_cis(Matrix(2, 1, 0, MathF.PI / 2)), 1, 0, 0, 1);

    [StepFact("q_per_token_as_complex_numbers", "(3, 4) is 3 + 4i")]
    public void Pair_as_complex()
    {
        var complex = Rope.as_complex_numbers(torch.tensor([3f, 4f], [1, 1, 2]));
        complex.dtype.Should().Be(complex64);
        Numbers(complex).Should().Equal(3, 4);
    }

    [StepFact("q_per_token_as_complex_numbers_rotated", "a quarter turn takes (1, 0) to (0, 1)")]
    public void Quarter_turn() => Close(Rope.rotate(Complex(1, 0), Complex(0, 1)), 0, 1);

    [StepFact("q_per_token_as_complex_numbers_rotated", "turning keeps the length: (3, 4) stays 5 long")]
    public void Turning_keeps_the_length()
    {
        var turned = Numbers(Rope.rotate(Complex(3, 4), Complex(MathF.Cos(1.234f), MathF.Sin(1.234f))));
        MathF.Sqrt(turned[0] * turned[0] + turned[1] * turned[1]).Should().BeApproximately(5, 1e-5f);
    }

    [StepFact("q_per_token_as_complex_numbers_rotated", "query and key 2 apart score the same, wherever they stand")]
    public void Only_distance_matters()
    {
        Score(query: 12, key: 10).Should().BeApproximately(Score(query: 2, key: 0), 1e-6f);

        static float Score(int query, int key)
        {
            var (q, k) = (Turned(0.3f, -1.1f, query), Turned(0.7f, 0.2f, key));
            return q[0] * k[0] + q[1] * k[1];
        }

        static float[] Turned(float x, float y, int position) =>
            Numbers(Rope.rotate(Complex(x, y), Complex(MathF.Cos(position * 0.1f), MathF.Sin(position * 0.1f))));
    }

    [StepFact("q_per_token_split_into_pairs_rotated", "1 + 2i and 3 + 4i are the pairs (1, 2) (3, 4)")]
    public void Complex_as_pairs() => Numbers(Rope.as_pairs(Complex(1, 2, 3, 4))).Should().Equal(1, 2, 3, 4);

    [StepFact("q_per_token_rotated", "the pairs (1, 2) (3, 4) make the line 1 2 3 4")]
    public void Pairs_in_line()
    {
        var line = Rope.join_pairs(torch.tensor([1f, 2, 3, 4], [1, 2, 2]));
        line.shape.Should().Equal(1, 4);
        Numbers(line).Should().Equal(1, 2, 3, 4);
    }

    [StepFact("qk_per_token", "in a head of 4 the dot product 6 scores 6 / √4 = 3")]
    public void Score_by_hand() => Numbers(Attention.scores(Matrix(1, 4, 1, 2, 3, 0), Matrix(1, 4, 1, 1, 1, 9))).Should().Equal(3);

    [StepFact("qk_per_token", "query heads 0 and 1 share key head 0, heads 2 and 3 share key head 1")]
    public void Neighbouring_heads_share_a_key()
    {
        var q = torch.ones(4, 1, 1);
        var k = torch.tensor([10f, 20f], [2, 1, 1]);
        Numbers(Attention.scores(q, k)).Should().Equal(10, 10, 20, 20);
    }

    [StepFact("mask", "nothing looks ahead")]
    public void Mask_by_hand() =>
        Numbers(Attention.causal_mask(3)).Should().Equal(0, -Infinity, -Infinity, 0, 0, -Infinity, 0, 0, 0);

    [StepFact("qk_per_token_after_masking", "a masked score is -inf, the others stay")]
    public void Masked_by_hand() =>
        Numbers(Attention.apply_mask(Matrix(2, 2, 1, 2, 3, 4), Matrix(2, 2, 0, -Infinity, 0, 0))).Should().Equal(1, -Infinity, 3, 4);

    [StepFact("qk_per_token_after_masking_after_softmax", "scores ln 1 and ln 3 become ¼ and ¾, and -inf becomes 0")]
    public void Softmax_by_hand() =>
        Close(Attention.softmax(Matrix(2, 2, 0, -Infinity, 0, MathF.Log(3)), float32), 1, 0, 0.25f, 0.75f);

    [StepFact("qk_per_token_after_masking_after_softmax", "scores of 1000 do not overflow")]
    public void Softmax_of_large_scores() => Close(Attention.softmax(Matrix(1, 2, 1000, 1000), float32), 0.5f, 0.5f);

    [StepFact("qkv_attention", "half of (1, 2) and half of (3, 4) is (2, 3)")]
    public void Mix_by_hand() =>
        Numbers(Attention.mix_values(Matrix(2, 2, 1, 0, 0.5f, 0.5f), Matrix(2, 2, 1, 2, 3, 4))).Should().Equal(1, 2, 2, 3);

    [StepFact("qkv_attention", "query heads 0 and 1 mix the values of value head 0, heads 2 and 3 those of value head 1")]
    public void Neighbouring_heads_share_a_value() =>
        Numbers(Attention.mix_values(torch.ones(4, 1, 1), torch.tensor([10f, 20f], [2, 1, 1]))).Should().Equal(10, 10, 20, 20);

    [StepFact("stacked_qkv_attention", "token by token, head 0 first")]
    public void Heads_side_by_side() =>
        Numbers(Attention.stack_heads(torch.tensor([1f, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]))).Should().Equal(1, 2, 5, 6, 3, 4, 7, 8);

    [StepFact("embedding_after_edit", "the edit is added to the stream")]
    public void Residual_by_hand() => Numbers(Embedding.add_residual(Matrix(1, 2, 1, 2), Matrix(1, 2, 10, 20))).Should().Equal(11, 22);

    [StepFact("output_after_feedforward", "silu(1) · 3 · 2 = 4.3864; a closed gate lets nothing through")]
    public void Swiglu_by_hand()
    {
        var (one, down) = (Matrix(1, 1, 1), Matrix(1, 1, 2));
        Close(FeedForward.swiglu(one, w1: one, w2: down, w3: Matrix(1, 1, 3)), 4.386351f);
        Close(FeedForward.swiglu(one, w1: Matrix(1, 1, -100), w2: down, w3: Matrix(1, 1, 3)), 0);
    }

    [StepFact("logits", "only the last token's vector counts")]
    public void Logits_of_the_last_token() =>
        Numbers(Logits.of_last_token(Matrix(2, 2, 9, 9, 1, 2), Matrix(3, 2, 1, 0, 0, 1, 1, 1))).Should().Equal(1, 2, 3);

    [StepFact("next_token", "the highest score wins, the first of equals")]
    public void Most_likely_by_hand() => Logits.most_likely(torch.tensor([1f, 7f, 7f, 2f])).item<long>().Should().Be(1);

    private const float Infinity = float.PositiveInfinity;

    private static Tensor Matrix(int rows, int columns, params float[] numbers) => torch.tensor(numbers, [rows, columns]);

    /// <summary>[1, n] complex64 from real and imaginary parts in turn.</summary>
    private static Tensor Complex(params float[] parts) => torch.view_as_complex(torch.tensor(parts, [1, parts.Length / 2, 2]));

    private static float[] Numbers(Tensor tensor) => tensor.ToSingles();

    private static void Close(Tensor tensor, params float[] expected)
    {
        var numbers = Numbers(tensor);
        numbers.Should().HaveSameCount(expected);
        numbers.Should().Equal(expected, (actual, wanted) => Math.Abs(actual - wanted) <= 1e-6f * Math.Max(1, Math.Abs(wanted)));
    }
}
