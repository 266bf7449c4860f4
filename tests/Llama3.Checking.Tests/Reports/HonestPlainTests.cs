using Llama3.Checking.Judging;

namespace Llama3.Checking.Tests.Reports;

/// <summary>The port into which the mistakes of public reports are put is right without them.</summary>
public sealed class HonestPlainTests
{
    /// <summary>Where 16 bits are too few or make much of little, or where the inputs, which are given, are float32.</summary>
    private static readonly string[] OnlyInFull = ["outliers", "large products", "small weights", "far positions"];

    /// <summary>A few; one in nine where long tests run; all of them were run once.</summary>
    public static TheoryData<string, string, string, bool> All
    {
        get
        {
            var data = new TheoryData<string, string, string, bool>();
            foreach (var (model, usage, precision, halves) in LongTests.Some(
                from model in PlainModel.All.Keys
                from usage in Usage.All
                where usage.Name != "far positions" || model is "micro" or "micro-3.2"
                from precision in PlainMath.Roundings.Keys
                where precision == "fp32" || !(OnlyInFull.Contains(model) || OnlyInFull.Contains(usage.Name))
                from halves in (bool[])[false, true]
                where usage.Name != "far positions" || !halves
                select (model, usage.Name, precision, halves), every: 120, everyInLong: 9))
            {
                data.Add(model, usage, precision, halves);
            }
            return data;
        }
    }

    [Theory(DisplayName = "reports: the port is right without a mistake:"), MemberData(nameof(All))]
    public void Honest(string model, string usage, string precision, bool halves)
    {
        using var opened = PlainModel.Named(model);
        var port = opened.Port(halves);
        port.Round = PlainMath.Roundings[precision];
        var report = Usage.Named(usage).Judge(port, opened);
        report.Passes.Prepend(report).SelectMany(part => part.Results, (part, result) => (part.Place, Result: result))
            .Where(found => found.Result.Verdict != Verdict.Ok).Select(found => $"{found.Place} {found.Result}").Should().BeEmpty();
        report.Agrees.Should().BeTrue($"{report}");
    }
}
