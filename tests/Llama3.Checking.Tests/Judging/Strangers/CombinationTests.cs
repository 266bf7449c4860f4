namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>
/// Two or three known mistakes at once: all are named, and no other. Some are left without a name.
/// LLAMA3_LONG_TESTS=1 tries all of them, not some.
/// </summary>
public sealed class CombinationTests
{
    private static readonly IReadOnlyList<Stranger> All = [.. Combinations.Pairs, .. Combinations.Triples];

    public static TheoryData<string> Names => [.. Bed.Some(All).Select(combination => combination.Name)];

    [Theory(DisplayName = "combinations: all are named:"), MemberData(nameof(Names))]
    public void All_are_named(string name)
    {
        var combination = Named(name);
        var everything = WrongPort.Everything(combination);
        Judged.Of(combination, "everything", everything).Violations
            .Concat(Judged.Of(combination, "musts", WrongPort.WhatMustBeDumped(everything)).Violations)
            .Should().BeEmpty(combination.What);
    }

    [Theory(DisplayName = "combinations: what is dumped is not what one of them gives alone:"), MemberData(nameof(Names))]
    public void No_one_alone(string name)
    {
        var combination = Named(name);
        var together = WrongPort.WhatMustBeDumped(WrongPort.Everything(combination));
        foreach (var one in name.Split('+'))
        {
            var alone = WrongPort.Everything(Combination.One(one).In(combination.Place), combination.IsLast);
            together.Any(tensor => Judged.Differs(tensor.Key, tensor.Value, alone[tensor.Key])).Should().BeTrue($"{one} is not all");
        }
    }

    private static Stranger Named(string name) => All.Single(combination => combination.Name == name);
}
