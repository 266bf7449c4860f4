namespace Llama3.Tests;

/// <summary>What takes too long for every run. It runs where LLAMA3_LONG_TESTS is 1, as in CI.</summary>
internal static class LongTests
{
    private const string Variable = "LLAMA3_LONG_TESTS";

    public static bool Run { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Skips a test that takes long.</summary>
    public static void SkipUnlessAskedFor() => Skip.IfNot(Run, $"set {Variable}=1 to run this: it takes long");

    /// <summary>Some of these, from each part of the list; all of them where long tests run.</summary>
    public static IEnumerable<T> Some<T>(IEnumerable<T> all, int every) => all.Where((_, index) => Run || index % every == every / 2);

    /// <summary>How often to try something random.</summary>
    public static int Rounds(int few, int many) => Run ? many : few;
}
