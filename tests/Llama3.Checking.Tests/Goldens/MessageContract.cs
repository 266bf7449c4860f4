namespace Llama3.Checking.Tests.Goldens;

/// <summary>What whoever shows a message relies on.</summary>
internal static class MessageContract
{
    private const int MostLines = 16;

    /// <summary>Details, one empty line, then a last paragraph of 3 to 5 lines: step, cause, function with file and line, and how to go on.</summary>
    /// <returns>The message.</returns>
    public static string ShouldEndInAVerdict(this string message)
    {
        var lines = message.Split('\n');
        lines.Should().HaveCountLessThanOrEqualTo(MostLines, message);
        lines.Should().OnlyHaveUniqueItems(message);
        lines.Count(string.IsNullOrWhiteSpace).Should().Be(1, message);
        var verdict = lines[(Array.IndexOf(lines, "") + 1)..];
        verdict.Length.Should().BeInRange(3, 5, message);
        verdict[0].Should().MatchRegex(@"^\d\d \w+: ");
        verdict[^2].Should().MatchRegex(@"^function   .*\.cs:\d+$");
        verdict[^1].Should().StartWith("closer     dotnet run --project src/Llama3.Verify -- explain ");
        return message;
    }
}
