using Llama3.Checking.Comparing;
using Llama3.Formats.Input;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Goldens;

/// <summary>Computes a step from golden inputs and compares it with its golden, wherever there is one.</summary>
/// <remarks>Because the inputs are golden, a broken step fails alone, and the steps after it do not.</remarks>
/// <param name="model">The model with its goldens.</param>
/// <param name="replaced">Steps to compute otherwise.</param>
internal sealed class GoldenCheck(GoldenModel model, IReadOnlyDictionary<ArticleStep, Func<Values, StepResult>>? replaced = null)
{
    /// <summary>Checks a step in all cases, both precisions, all layers and heads.</summary>
    public StepReport Check(ArticleStep step) => new(step,
    [
        .. from golden in step.chapter == Chapter.Cache ? model.Passes : model.Cases
           where golden.Covers(step)
           from dtype in Precision.All
           from scope in golden.ScopesOf(step)
           where golden.Results(dtype).ContainsKey(scope.KeyOf(step)) || !model.LacksWeights
           let failure = Check(step, golden, dtype, scope)
           where failure is not null
           select failure,
    ]);

    private GoldenFailure? Check(ArticleStep step, GoldenCase golden, ScalarType dtype, Scope scope)
    {
        var walk = golden.Walk(dtype);
        var attempt = new GoldenFailure(step, golden, walk, scope, model.Manifest.ToleranceOf(step, dtype));
        var reads = new List<Input>();
        StepResult actual;
        try
        {
            actual = walk.With(replaced ?? walk.Replaced).Run(step, scope, reads).Result;
        }
        catch (Exception error)
        {
            return attempt with { Inputs = reads, Problem = [$"did not run: {Printable.Line(error.Message)} ({error.GetType().Name})"] };
        }
        return (attempt with { Inputs = reads }).Judge(actual);
    }
}
