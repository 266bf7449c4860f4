namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>
/// Mistakes outside the catalogue: they are placed where they are made, and not called by the name of something near.
/// LLAMA3_LONG_TESTS=1 tries all of them, not some.
/// </summary>
public sealed class StrangerTests
{
    public static TheoryData<string> Names => [.. Bed.Some(Bed.All).Select(stranger => stranger.Name)];

    [Theory(DisplayName = "strangers: placed, and called by no other's name:"), MemberData(nameof(Names))]
    public void Placed_and_not_misnamed(string name)
    {
        var stranger = Bed.Named(name);
        Bed.Judge(stranger).SelectMany(judged => judged.Violations).Should().BeEmpty(stranger.What);
    }

    [Fact(DisplayName = "strangers: there are many, and no two have the same name")]
    public void Names_are_unique()
    {
        Bed.All.Select(stranger => stranger.Name).Should().OnlyHaveUniqueItems();
        Bed.All.Should().HaveCountGreaterThan(300);
    }

    [Fact(DisplayName = "strangers: the port that they are put into is right without them")]
    public void An_honest_port_is_not_blamed() => WrongPort.Check(WrongPort.Right).Agrees.Should().BeTrue();

    [SkippableFact(DisplayName = "strangers: what is said of each, as a table")]
    public Task The_table()
    {
        LongTests.SkipUnlessAskedFor();
        return Snapshot.Verify(string.Join('\n', Bed.All.Select(Row).Prepend("stranger | everything dumped | what must be | some")));
    }

    private static string Row(Stranger stranger) => string.Join(" | ", Bed.Judge(stranger).Select(judged => judged.Sum).Prepend(stranger.Name));
}
