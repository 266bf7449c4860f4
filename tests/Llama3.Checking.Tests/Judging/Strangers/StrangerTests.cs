namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>
/// Mistakes outside the catalogue: they are placed where they are made, and not called by the name of something near.
/// LLAMA3_LONG_TESTS=1 tries half of them, and LLAMA3_LONG_TESTS=all all.
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

    [Theory(DisplayName = "strangers: what passes start from need not be dumped:")]
    [InlineData("eps_1e-3")]
    [InlineData("embedding_0.9")]
    public void What_is_kept_need_not_be_dumped(string name)
    {
        var stranger = Bed.Named(name);
        var tensors = WrongPort.Everything(stranger).Where(tensor => !WrongPort.IsKept(tensor.Key)).ToDictionary();
        Judged.Of(stranger, "everything but keys and values", tensors).Violations.Should().BeEmpty(stranger.What);
    }

    [Fact(DisplayName = "strangers: names are allowed for strangers that there are")]
    public void Names_are_of_strangers() => TrueNames.Unknown.Should().BeEmpty();

    [SkippableFact(DisplayName = "strangers: what is said of each, as a table")]
    public Task The_table()
    {
        LongTests.SkipUnlessAll();
        var judged = Bed.All.SelectMany(Bed.Judge).ToList();
        return Snapshot.Verify(string.Join('\n',
        [
            "stranger | everything dumped | what must be | half | few",
            .. Bed.All.Select(stranger => string.Join(" | ", Bed.Judge(stranger).Select(one => one.Sum).Prepend(stranger.Name))),
            $"placed right in {judged.Count(one => one.IsPlaced == true)} of {judged.Count(one => one.IsPlaced is not null)} that are seen, of {judged.Count} dumps",
        ]));
    }
}
