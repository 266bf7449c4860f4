using Llama3.Checking.Mistakes;

namespace Llama3.Checking.Tests.Mistakes;

/// <summary>The known mistakes, for tests that judge each at length.</summary>
internal static class Catalogue
{
    private const int Every = 5;

    /// <summary>A few of every part of the model; all of them where long tests run.</summary>
    public static IEnumerable<KnownMistake> Some => KnownMistakes.All.Where((_, index) => LongTests.Run || index % Every == 0);
}
