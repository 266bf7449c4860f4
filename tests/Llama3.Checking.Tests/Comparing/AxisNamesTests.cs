using Llama3.Checking.Comparing;
using Llama3.Checking.Names;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Comparing;

/// <summary>The axes of a result have names that tell them apart: JSON and text refer to them by name.</summary>
public sealed class AxisNamesTests
{
    [Fact(DisplayName = "axes: no two of a result have the same name")]
    public void All_differ() =>
        (from step in Aliases.DumpableWithCache.Concat(CacheSteps.all)
         from scope in new[] { Scope.Article, Scope.Layer(1) }
         where step.dtype is not null
         select (step.id, AxisNames.WithParts(step.shape_in(scope), step.dtype!.Value)))
        .Should().OnlyContain(step => step.Item2.Distinct().Count() == step.Item2.Count);

    [Fact(DisplayName = "axes: those of weights are rows and columns, of one alone they are numbers")]
    public void Weights()
    {
        AxisNames.Place(ArticleSteps.w_layer0.shape, [73, 77]).Should().Be("[row 73, column 77]");
        AxisNames.Place(ArticleSteps.q_layer0.shape, [1, 2, 3]).Should().Be("[head 1, row 2, column 3]");
        AxisNames.Place(ArticleSteps.token_embeddings.shape, [1, 2]).Should().Be("[token 1, 2]");
    }
}
