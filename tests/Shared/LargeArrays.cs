namespace Llama3.Tests;

/// <summary>Arrays of many thousands of elements.</summary>
internal static class LargeArrays
{
    /// <summary>Asserts that they are equal. FluentAssertions, which takes long for each element, is asked only to say where they differ.</summary>
    public static void ShouldEqual<T>(this T[] actual, T[] expected, string because = "")
        where T : IEquatable<T>
    {
        if (!actual.AsSpan().SequenceEqual(expected)) { actual.Should().Equal(expected, because); }
    }
}
