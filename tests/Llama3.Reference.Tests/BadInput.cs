namespace Llama3.Reference.Tests;

internal static class BadInput
{
    /// <summary>Asserts that <paramref name="use"/> is refused with this message (* and ? stand for anything) of a single line.</summary>
    public static void IsRefused(Func<object?> use, string message) =>
        use.Should().Throw<BadInputException>().WithMessage(message).Which.Message.Should().NotContain("\n");
}
