using Llama3.Checking.Goldens;
using Llama3.Checking.Reading;
using Llama3.Reference.Walking;
using static Llama3.Reference.ArticleSteps;

namespace Llama3.Checking.Tests.Reading;

/// <summary>A result is found by step and scope; the article's own results are those of layer 0 and head 0.</summary>
public sealed class DumpedResultsTests
{
    private static readonly DumpedResult OneHead = Result(q_per_token, Scope.Article);
    private static readonly DumpedResult AllHeads = Result(k_per_token, Scope.Layer(0));
    private static readonly DumpedResult OneLayer = Result(token_embeddings, Scope.Article);
    private static readonly DumpedResult Later = Result(embedding_delta, Scope.Layer(1));
    private static readonly DumpedResult Table = Result(mask, Scope.Article);

    private static readonly DumpedResults Results =
        new(MicroModel.Micro.Checkpoint.Params, [OneHead, AllHeads, OneLayer, Later, Table]);

    [Fact(DisplayName = "one head is found as such, and not as all heads of layer 0")]
    public void One_head()
    {
        Results.Find(q_per_token, Scope.Article).Should().Be(OneHead);
        Results.Find(q_per_token, Scope.Layer(0)).Should().BeNull();
        Results.HasWhole(q_per_token, Scope.Layer(0)).Should().BeFalse();
    }

    [Fact(DisplayName = "all heads of layer 0 hold the article's one")]
    public void All_heads()
    {
        Results.Find(k_per_token, Scope.Layer(0)).Should().Be(AllHeads);
        Results.Find(k_per_token, Scope.Article).Should().Be(AllHeads);
        Results.HasWhole(k_per_token, Scope.Layer(0)).Should().BeTrue();
    }

    [Fact(DisplayName = "without heads, the article's own result is that of layer 0 and of no other")]
    public void Layers()
    {
        Results.Find(token_embeddings, Scope.Layer(0)).Should().Be(OneLayer);
        Results.Find(token_embeddings, Scope.Layer(1)).Should().BeNull();
        Results.Find(embedding_delta, Scope.Layer(1)).Should().Be(Later);
        Results.Find(embedding_delta, Scope.Article).Should().BeNull();
    }

    [Fact(DisplayName = "what is computed once is the same in every layer, and covers all")]
    public void Once()
    {
        Results.Find(mask, Scope.Layer(2)).Should().Be(Table);
        Results.Covers(mask).Should().BeTrue();
        Results.Covers(embedding_delta).Should().BeFalse("only one layer of three was dumped");
    }

    private static DumpedResult Result(ArticleStep step, Scope scope) => new(step, scope, scope.KeyOf(step), "", [], () => torch.zeros(1));
}
