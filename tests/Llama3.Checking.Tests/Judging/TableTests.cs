using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Reading;
using Llama3.Formats.Dumps;

namespace Llama3.Checking.Tests.Judging;

/// <summary>Frequencies, angles, cosines and sines: every number is judged by its own size, and honest ways to compute them pass.</summary>
public sealed class TableTests
{
    private const double Theta = 500_000;
    private const int Pairs = 5;

    private static readonly long[] Near = [.. Enumerable.Range(0, 17)];

    /// <summary>The positions of the case far_positions.</summary>
    private static readonly long[] Far = [0, 1, 2, 16, 1000, 8191];

    /// <summary>From theta to the frequencies, as ports compute them.</summary>
    private static readonly Dictionary<string, Func<double, double[]>> Ways = new()
    {
        ["in float64"] = theta => [.. Range.Select(i => Math.Pow(theta, -(double)i / Pairs))],
        ["float32 power"] = theta => [.. Range.Select(i => (double)(1 / MathF.Pow((float)theta, (float)i / Pairs)))],
        ["negative power"] = theta => [.. Range.Select(i => (double)MathF.Pow((float)theta, -(float)i / Pairs))],
        ["exp of a logarithm"] = theta => [.. Range.Select(i => (double)MathF.Exp(-i * (MathF.Log((float)theta) / Pairs)))],
        ["each from the one before"] = theta =>
        [
            .. Range.Select(i => (double)Enumerable.Repeat(MathF.Pow((float)theta, -1f / Pairs), i).Aggregate(1f, (product, factor) => product * factor)),
        ],
    };

    private static IEnumerable<int> Range => Enumerable.Range(0, Pairs);

    public static TheoryData<string> Honest => [.. Ways.Keys];

    [Theory(DisplayName = "tables: honest frequencies, and what follows from them, near and at position 8191:"), MemberData(nameof(Honest))]
    public void Honest_tables(string way)
    {
        Check(Ways[way](Theta), far: false).Agrees.Should().BeTrue();
        Check(Ways[way](Theta), far: true).Agrees.Should().BeTrue();
    }

    [Theory(DisplayName = "tables: a wrong theta shows in every table that is dumped, though the first frequency hides the others over the whole:")]
    [InlineData(499_712)]
    [InlineData(500_100)]
    public void Wrong_theta(double theta)
    {
        foreach (var name in (string[])["freqs", "freqs_for_each_token", "freqs_cis"])
        {
            var fault = Check(Ways["in float64"](theta), far: false, name).FirstFault!;
            (fault.Name, fault.Verdict, fault.Local!.Measure).Should().Be((name, Verdict.WrongHere, "largest relative error"));
            fault.ToString().Should().StartWith($"{name}: wrong here, largest relative error ");
        }
    }

    [Fact(DisplayName = "tables: the place that is shown is that of the largest relative error")]
    public void Worst_place()
    {
        // freq[i] of theta + δ is off by δ·i/5 of itself: most in the last pair, though the difference itself is largest in pair 1.
        var fault = Check(Ways["in float64"](499_712), far: false, "freqs").FirstFault!;
        fault.Worst!.Worst.Should().Equal(Pairs - 1);
        fault.Deciding.Distance.Should().BeApproximately(288.0 / 500_000 * 4 / 5, 1e-6);
    }

    [Fact(DisplayName = "tables: a zero that is not 0 is wrong")]
    public void Zero()
    {
        double[] freqs = Ways["in float64"](Theta);
        var angles = Angles(freqs, Near);
        angles[0] = 1e-4f;
        var fault = Check(new() { ["freqs_for_each_token"] = torch.tensor(angles, [Near.Length, Pairs]) }, "article").FirstFault!;
        (fault.Step.id, fault.Deciding.Distance).Should().Be(("freqs_for_each_token", (double)1e-4f));
    }

    private static PortReport Check(double[] freqs, bool far, string? alone = null)
    {
        var positions = far ? Far : Near;
        var angles = Angles(freqs, positions);
        var tables = new Dictionary<string, Tensor>
        {
            ["freqs"] = torch.tensor(freqs.Select(freq => (float)freq).ToArray()),
            ["freqs_for_each_token"] = torch.tensor(angles, [positions.Length, Pairs]),
            ["freqs_cis"] = torch.view_as_complex(torch.tensor(
                angles.SelectMany(angle => (float[])[(float)Math.Cos(angle), (float)Math.Sin(angle)]).ToArray(), [positions.Length, Pairs, 2])),
        };
        return Check(tables.Where(table => alone is null || table.Key == alone).ToDictionary(), far ? "far_positions" : "article");
    }

    private static float[] Angles(double[] freqs, long[] positions) =>
        [.. from position in positions from freq in freqs select (float)(position * freq)];

    private static PortReport Check(Dictionary<string, Tensor> tables, string name) =>
        new DumpCheck(DumpedRun.Of(MemoryDump.Of(tables), MicroModel.Micro.Cases.Single(golden => golden.Name == name))).Run();
}
