using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>
/// One known mistake everywhere: it is named whatever else is dumped, and no name disappears because more is.
/// LLAMA3_LONG_TESTS=1 tries all of them, not some.
/// </summary>
public sealed class ControlTests
{
    /// <summary>They change how many tokens there are, and text: BlameTests has them.</summary>
    private static readonly string[] OfTheTokenizer = ["no_bos", "bos_twice", "eos_appended", "prompt_trimmed", "pieces_trimmed"];

    public static TheoryData<string> Names => [.. Bed.Some(KnownMistakes.All.Union(KnownMistakes.OfPasses).Select(mistake => mistake.Name).Except(OfTheTokenizer))];

    [Theory(DisplayName = "controls: a name does not disappear because more is dumped:"), MemberData(nameof(Names))]
    public void More_is_dumped(string name)
    {
        var mistake = Combination.One(name).OrNameless();
        var everything = WrongPort.Everything(mistake);
        Judged[] more =
        [
            Judged.Of(mistake, "musts", WrongPort.WhatMustBeDumped(everything)),
            Judged.Of(mistake, "musts and a third", WrongPort.Some(everything, 1.0 / 3, name, WrongPort.IsMust)),
            Judged.Of(mistake, "everything", everything),
        ];
        var judged = more.Where(one => !one.IsRefused).ToList();
        more.SelectMany(one => one.Violations).Concat(judged.Zip(judged.Skip(1)).SelectMany(pair => Lost(mistake, pair.First, pair.Second))).Should().BeEmpty(mistake.What);
    }

    /// <summary>Only twins may go: with more dumped, one can be told from the other.</summary>
    private static IEnumerable<string> Lost(Stranger mistake, Judged less, Judged more) => less.Names.Except(more.Names)
        .Where(name => !more.Names.Contains(mistake.Name) || !mistake.Allows(name))
        .Select(name => $"VIOLATION | lost name | {mistake.Name} | {more.Dumped} | {name}, which is said with less dumped: {less.Sum}");
}
