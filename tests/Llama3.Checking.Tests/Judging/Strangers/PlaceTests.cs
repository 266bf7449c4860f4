namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>
/// Known mistakes in one place alone, and in what uses a table while the table is right: they are named, and no other is.
/// LLAMA3_LONG_TESTS=1 tries all of them, not some.
/// </summary>
/// <remarks>Once the check says where a mistake is made, Judged compares that with <see cref="Place.ToString"/>, which has it in words.</remarks>
public sealed class PlaceTests
{
    private static readonly IReadOnlyList<Stranger> All = [.. Places.All, .. Subtle.All];

    public static TheoryData<string> Names => [.. Bed.Some(All).Select(mistake => mistake.Name)];

    [Theory(DisplayName = "places: a mistake in one place is named, and no other:"), MemberData(nameof(Names))]
    public void Named(string name)
    {
        var mistake = All.Single(mistake => mistake.Name == name);
        var everything = WrongPort.Everything(mistake);
        Judged.Of(mistake, "everything", everything).Violations
            .Concat(Judged.Of(mistake, "musts", WrongPort.WhatMustBeDumped(everything)).Violations)
            .Should().BeEmpty(mistake.What);
    }

    [Fact(DisplayName = "places: no two are the same")]
    public void Names_are_unique() => All.Select(mistake => mistake.Name).Should().OnlyHaveUniqueItems();
}
