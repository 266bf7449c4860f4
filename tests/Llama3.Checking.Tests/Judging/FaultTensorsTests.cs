using Llama3.Checking.Comparing;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Tests.Judging;

/// <summary>The two tensors of a fault are those that were judged.</summary>
public sealed class FaultTensorsTests
{
    [Theory(DisplayName = "a fault's tensors, computed again, are those that the judge has compared:")]
    [InlineData("rope_half_split", ScalarType.Float32, true)]
    [InlineData("no_scale", ScalarType.Float32, false)]
    [InlineData("gelu", ScalarType.BFloat16, true)]
    [InlineData("tied_output", ScalarType.BFloat16, false)]
    public void As_judged(string mistake, ScalarType dtype, bool everything)
    {
        var tensors = Port.Tensors(MicroModel.Micro, dtype, KnownMistakes.All.Single(known => known.Name == mistake));
        var report = Port.Check(MicroModel.Micro, everything ? tensors : Port.WhatMustBeDumped(tensors));
        report.FirstFault.Should().NotBeNull();
        ShouldBeAsJudged(report);
    }

    /// <summary>Compares the worst number of each fault, here and in all passes.</summary>
    internal static void ShouldBeAsJudged(PortReport report)
    {
        var faults = report.Results.Where(result => result is { IsFault: true, Worst: not null }).ToList();
        using var tensors = new FaultTensors(report);
        foreach (var fault in faults)
        {
            var (actual, expected) = tensors.Of(fault);
            var found = Comparison.Of(actual, expected);
            (found.MaxAbs, found.Differing, found.RelL2).Should().Be((fault.Worst!.MaxAbs, fault.Worst.Differing, fault.Worst.RelL2), fault.Name);
            tensors.Forget(fault);
        }
        foreach (var pass in report.Passes) { ShouldBeAsJudged(pass); }
    }
}
