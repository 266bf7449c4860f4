using Llama3.Formats.Input;

namespace Llama3.Tests;

internal static class BadInput
{
    /// <summary>
    /// Asserts that <paramref name="use"/> is refused with this message (* and ? stand for anything), a single line without
    /// control characters.
    /// </summary>
    public static void IsRefused(Func<object?> use, string message) =>
        use.Should().Throw<BadInputException>().WithMessage(message).Which.Message.Should().NotMatchRegex(@"\p{Cc}");
}
