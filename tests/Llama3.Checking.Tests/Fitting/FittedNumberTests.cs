using System.Globalization;
using System.Text.RegularExpressions;
using Llama3.Checking.Fitting;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Tests.Fitting;

/// <summary>A port with a wrong number that no known mistake has is told the number, and whoever is wrong in another way is told none.</summary>
public sealed partial class FittedNumberTests
{
    private static readonly HashSet<string> Fitted = [.. FittedNumbers.All.Select(number => number.Name)];

    public static TheoryData<string> OfTheWalk => [.. LongTests.Some(WrongNumbers.All, every: 7).Select(wrong => wrong.ToString())];

    public static TheoryData<string> OfThePrompt => [.. WrongNumbers.Positions.Select(wrong => wrong.ToString())];

    public static TheoryData<string> OfPasses => [.. WrongNumbers.PositionsOfPasses.Select(wrong => wrong.ToString())];

    public static TheoryData<string> Unnumbered => [.. LongTests.Some(WrongNumbers.NoNumber.Keys, every: 9)];

    [Theory(DisplayName = "fitted, from what must be dumped, in the prompt and in a pass:"), MemberData(nameof(OfTheWalk))]
    public void What_must_be_dumped(string port)
    {
        var wrong = WrongNumbers.All.Single(wrong => wrong.ToString() == port);
        var report = Port.Check(MicroModel.Micro, wrong.Dump(everything: false, passes: 2));
        Says(report, wrong);
        if (wrong.Name is not "mask_other" and not "norm_eps_outside_other") { Says(report.Passes[1], wrong); }
    }

    [Theory(DisplayName = "fitted, from everything:"), MemberData(nameof(OfTheWalk))]
    public void Everything(string port)
    {
        var wrong = WrongNumbers.All.Single(wrong => wrong.ToString() == port);
        Says(Port.Check(MicroModel.Micro, wrong.Dump(everything: true)), wrong);
    }

    [Fact(DisplayName = "fitted, from the exponents")]
    public void Exponents()
    {
        foreach (var wrong in WrongNumbers.Exponents) { Says(Port.Check(MicroModel.Micro, wrong.Dump(everything: true)), wrong); }
    }

    [Theory(DisplayName = "fitted, from a port in bfloat16, as well as it allows:")]
    [InlineData("norm_eps_other", 2e-5)]
    [InlineData("norm_eps_other", 1e-4)]
    [InlineData("rope_theta_other", 250_000)]
    [InlineData("rope_theta_other", 100)]
    [InlineData("score_scale_other", 14)]
    [InlineData("attn_result_scaled", 0.22)]
    [InlineData("logits_scaled_other", 1.3)]
    public void Half_precision(string name, double value)
    {
        var wrong = WrongNumbers.All.First(wrong => wrong.Name == name && wrong.Said.Contains($"about {Written(value)} "));
        var report = Port.Check(MicroModel.Micro, wrong.Dump(everything: false, dtype: ScalarType.BFloat16));
        report.Precision.Should().Be(PortPrecision.bf16);
        var mistake = Named(report).Should().ContainSingle().Subject;
        mistake.Name.Should().Be(name);
        var (found, percent) = Number().Match(mistake.Mistake) is { Success: true } match ? (Parsed(match, 1), Parsed(match, 2)) : throw new InvalidOperationException(mistake.Mistake);
        Math.Abs(found / value - 1).Should().BeLessThanOrEqualTo(Math.Max(percent / 100, 1e-5), mistake.Mistake);
        percent.Should().BeInRange(0.001, 5);

        static double Parsed(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [Theory(DisplayName = "fitted, positions of the prompt:"), MemberData(nameof(OfThePrompt))]
    public void Positions(string port)
    {
        var wrong = WrongNumbers.Positions.Single(wrong => wrong.ToString() == port);
        Says(Port.Check(MicroModel.Micro, wrong.Dump(everything: false)), wrong);
        Says(Port.Check(MicroModel.Micro, wrong.Dump(everything: true)), wrong);
    }

    [Theory(DisplayName = "fitted, positions of new tokens:"), MemberData(nameof(OfPasses))]
    public void Positions_of_passes(string port)
    {
        var wrong = WrongNumbers.PositionsOfPasses.Single(wrong => wrong.ToString() == port);
        Says(Port.Check(MicroModel.Micro, wrong.Dump(everything: false, passes: 2)).Passes[1], wrong);
        Says(Port.Check(MicroModel.Micro, wrong.Dump(everything: true, passes: 2)).Passes[0], wrong);
    }

    [Theory(DisplayName = "fitted: no number for what is wrong in another way:"), MemberData(nameof(Unnumbered))]
    public void No_number(string name)
    {
        foreach (var everything in (bool[])[false, true])
        {
            var report = Port.Check(MicroModel.Micro, WrongNumbers.NoNumber[name].Dump(everything, passes: 1));
            report.Agrees.Should().BeFalse();
            Named(report).Concat(Named(report.Passes[0])).Should().BeEmpty();
        }
        var inBFloat16 = WrongNumbers.NoNumber[name].Dump(everything: false, passes: 1, ScalarType.BFloat16);
        var half = Port.Check(MicroModel.Micro, inBFloat16, PortPrecision.bf16);
        Named(half).Concat(Named(half.Passes[0])).Should().BeEmpty("roundings do not make a number of it either");
    }

    private static void Says(PortReport report, WrongNumber wrong)
    {
        var named = Named(report);
        named.Select(mistake => mistake.Name).Distinct().Should().Equal(wrong.Name);
        named.Should().OnlyContain(mistake => mistake.Mistake.Contains(wrong.Said), string.Join("\n", named.Select(mistake => mistake.ToString())));
    }

    private static string Written(double value) => value < 1e-3 ? value.ToString("0.####e+0", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"about (\S+) \(± (\S+) %\)")]
    private static partial Regex Number();

    private static List<KnownMistake> Named(PortReport report) =>
        [.. report.Results.SelectMany(result => result.LooksLike).Where(mistake => Fitted.Contains(mistake.Name)).Distinct()];
}
