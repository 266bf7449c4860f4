using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Benchmarks;

/// <summary>How far the engine's results are from the goldens, step by step, computed from golden inputs: what the manifest's tolerances rest on.</summary>
internal static class Distances
{
    /// <summary>Measures all models, cases, layers and heads, and prints the largest distances of each step.</summary>
    public static void Print()
    {
        Console.WriteLine($"engine {Engine.Tensors}");
        Console.WriteLine("dtype | step                                     | ulp | rel-L2 to the golden | to float32, in multiples of the golden's");
        foreach (var dtype in Precision.All)
        {
            foreach (var step in ArticleSteps.all.Concat(CacheSteps.all).Where(step => step.dtype is not null))
            {
                var found = MicroModel.All.SelectMany(model => Of(model, step, dtype)).ToList();
                if (found.All(distance => distance.RelL2 == 0)) { continue; }
                var ratio = found.Max(distance => distance.Ratio);
                Console.WriteLine($"{Precision.Name(dtype)}  | {step.id,-40} | {found.Max(distance => distance.Ulp),3} | "
                    + $"{found.Max(distance => distance.RelL2),20:E1} | {(dtype == ScalarType.BFloat16 ? $"{ratio:F2}" : "")}");
            }
        }
    }

    private static IEnumerable<Distance> Of(MicroModel model, ArticleStep step, ScalarType dtype) =>
        from golden in step.chapter == Chapter.Cache ? (IEnumerable<GoldenCase>)model.Passes : model.Cases
        where golden.Covers(step)
        from scope in golden.ScopesOf(step)
        let expected = golden.Expected(step, scope, dtype)
        where expected is not null
        select Of(golden.Walk(dtype).Run(step, scope).Result.tensor, expected, golden.Expected(step, scope, ScalarType.Float32)!);

    private static Distance Of(Tensor actual, Tensor golden, Tensor truth)
    {
        var found = Comparison.Of(actual, golden);
        var (mine, own) = (Comparison.DistanceBetween(actual, truth), Comparison.DistanceBetween(golden, truth));
        return new(found.MaxUlp, found.RelL2, mine == 0 ? 0 : mine / own);
    }

    private sealed record Distance(long Ulp, double RelL2, double Ratio);
}
