using Llama3.Checking.Goldens;
using Llama3.Checking.Mistakes;
using Llama3.Reference;
using Llama3.Reference.Walking;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>What 8 bits make of keys and values, by hand.</summary>
public sealed class CacheNumberMistakeTests
{
    [Theory(DisplayName = "8 bits: what a row becomes:")]
    [InlineData("cache_int8", new[] { 12.7f, -0.26f, 0.04f, 6.351f, 0 }, new[] { 12.7f, -0.3f, 0, 6.4f, 0 })] // in steps of 12.7 / 127
    [InlineData("cache_int8", new float[] { 0, 0, 0, 0, 0 }, new float[] { 0, 0, 0, 0, 0 })]
    [InlineData("cache_int8_scale_floored", new[] { 12.7f, -0.26f, 0.6f, 6.351f, 0 }, new float[] { 13, 0, 1, 6, 0 })]
    [InlineData("cache_int8_scale_floored", new[] { 254, 1.1f, -3, 5.2f, 0 }, new float[] { 254, 2, -4, 6, 0 })] // in steps of 2; -1.5 becomes -2
    [InlineData("cache_fp8", new[] { 1.06f, 1.07f, -17.5f, 500, 0.005f }, new[] { 1, 1.125f, -18, 448, 0.00585938f })] // in steps of 1/8 from 1 on, of 2 from 16 on, of 1/512 below 1/64
    public void By_hand(string name, float[] row, float[] expected)
    {
        var wrong = CacheNumberMistakes.All.Single(mistake => mistake.Name == name).Wrong;
        var values = torch.tensor([.. row, .. row, .. row, .. row], [2, 1, 10]);
        var pass = CachePasses.After(1, torch.tensor([5L]), _ => torch.zeros([2, 1, 10]), _ => values);
        using var walk = new Walk(MicroModel.Micro.Checkpoint, "", float32) { pass = pass }.With(wrong);
        walk[CacheSteps.v_cache, Scope.Layer(0)].tensor.ToSingles()[..5].Should().Equal(expected, (actual, wanted) => Math.Abs(actual - wanted) < 1e-5);
    }
}
