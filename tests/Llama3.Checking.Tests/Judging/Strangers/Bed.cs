using System.Collections.Concurrent;

namespace Llama3.Checking.Tests.Judging.Strangers;

/// <summary>The strangers: wrong computations that are not in the catalogue.</summary>
internal static class Bed
{
    private const int Every = 160;

    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<Judged>>> Known = new();

    /// <summary>All of them, in the order of the article.</summary>
    public static IReadOnlyList<Stranger> All { get; } =
    [
        .. EndStrangers.All, .. NormStrangers.All, .. WeightStrangers.All, .. AngleStrangers.All, .. RotationStrangers.All, .. ScoreStrangers.All,
        .. CacheStrangers.All, .. FeedForwardStrangers.All,
    ];

    /// <summary>Some of these; where long tests run, half of them.</summary>
    public static IEnumerable<T> Some<T>(IEnumerable<T> all, int every = Every) => LongTests.Some(all, every, everyInLong: 15);

    public static Stranger Named(string name) => All.Single(stranger => stranger.Name == name);

    /// <summary>The verdicts on a stranger, in each of the dumps that a port may make.</summary>
    public static IReadOnlyList<Judged> Judge(Stranger stranger) => Known.GetOrAdd(stranger.Name, _ => new(() =>
    {
        var everything = WrongPort.Everything(stranger);
        return
        [
            Judged.Of(stranger, "everything", everything),
            Judged.Of(stranger, "musts", WrongPort.WhatMustBeDumped(everything)),
            Judged.Of(stranger, "half", WrongPort.Some(everything, 0.5, stranger.Name)),
            Judged.Of(stranger, "few", WrongPort.Some(everything, 0.15, stranger.Name)),
        ];
    })).Value;
}
