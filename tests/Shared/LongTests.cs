namespace Llama3.Tests;

/// <summary>What takes too long for every run. It runs where LLAMA3_LONG_TESTS is 1, as in CI; what takes too long for CI, where it is "all".</summary>
internal static class LongTests
{
    private const string Variable = "LLAMA3_LONG_TESTS";

    /// <summary>Whether all tests run, those too that take too long for CI.</summary>
    public static bool All { get; } = Environment.GetEnvironmentVariable(Variable) == "all";

    public static bool Run { get; } = All || Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Skips a test that takes long.</summary>
    public static void SkipUnlessAskedFor() => Skip.IfNot(Run, $"set {Variable}=1 to run this: it takes long");

    /// <summary>Skips a test that takes too long for CI.</summary>
    public static void SkipUnlessAll() => Skip.IfNot(All, $"set {Variable}=all to run this: it takes too long for CI");

    /// <summary>Some of these, from each part of the list: more where long tests run, and all of them where nothing is left out.</summary>
    /// <param name="all">Where to choose from.</param>
    /// <param name="every">In default runs one of so many is chosen.</param>
    /// <param name="everyInLong">In long runs one of so many.</param>
    public static IEnumerable<T> Some<T>(IEnumerable<T> all, int every, int everyInLong = 3) =>
        all.Where((_, index) => All || (Run ? index % everyInLong == 0 : index % every == every / 2));

    /// <summary>How often to try something random.</summary>
    public static int Rounds(int few, int many) => Run ? many : few;
}
