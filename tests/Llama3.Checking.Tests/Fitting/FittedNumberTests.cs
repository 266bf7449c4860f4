using Llama3.Checking.Fitting;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;
using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Tests.Fitting;

/// <summary>A port with a wrong number that no known mistake has is told the number, and whoever is wrong in another way is told none.</summary>
public sealed class FittedNumberTests
{
    private static readonly HashSet<string> Fitted = [.. FittedNumbers.All.Select(number => number.Name)];

    public static TheoryData<string> OfTheWalk => [.. WrongNumbers.All.Select(wrong => wrong.ToString())];

    public static TheoryData<string> OfThePrompt => [.. WrongNumbers.Positions.Select(wrong => wrong.ToString())];

    public static TheoryData<string> OfPasses => [.. WrongNumbers.PositionsOfPasses.Select(wrong => wrong.ToString())];

    public static TheoryData<string> Unnumbered => [.. WrongNumbers.NoNumber.Keys];

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
    }

    private static void Says(PortReport report, WrongNumber wrong)
    {
        var named = Named(report);
        named.Select(mistake => mistake.Name).Distinct().Should().Equal(wrong.Name);
        named.Should().OnlyContain(mistake => mistake.Mistake.Contains(wrong.Said), string.Join("\n", named.Select(mistake => mistake.ToString())));
    }

    private static List<KnownMistake> Named(PortReport report) =>
        [.. report.Results.SelectMany(result => result.LooksLike).Where(mistake => Fitted.Contains(mistake.Name)).Distinct()];
}
