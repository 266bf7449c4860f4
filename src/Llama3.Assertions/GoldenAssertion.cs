using FluentAssertions.Execution;
using Llama3.Checking.Judging;

namespace Llama3.Assertions;

/// <summary>The sentence that an assertion fails with, and the details after it.</summary>
internal sealed class GoldenAssertion(string subject, Golden golden, string because, object[] becauseArgs)
{
    /// <summary>Fails unless the condition holds.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="story">What went wrong, in any number of lines.</param>
    [CustomAssertion]
    public bool Holds(bool condition, Func<string> story) => Execute.Assertion
        .BecauseOf(because, becauseArgs)
        .ForCondition(condition)
        .FailWith(() => new FailReason($"Expected {{context:{subject}}} to be close to the golden {golden}{{reason}}:\n{Verbatim(story())}"));

    /// <summary>Text that FluentAssertions leaves as it is.</summary>
    public static string Verbatim(string text) =>
        text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
