using Llama3.Course;

namespace Llama3.Architecture.Tests;

/// <summary>What <c>dotnet test</c> prints.</summary>
public sealed class CourseTests
{
    private const string Scores = "24 qk_per_token: score every query against every key";
    private const string CachedScores = "46 qk_per_token: score the new queries against every key";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact(DisplayName = "dotnet test: when all is right, the course is a table of contents, and every other area one line")]
    public Task All_right() => Snapshot.Verify(Printed(
        Passed("Formats", "any text comes back: ranks of Llama 3"),
        Passed("Reference", "23 k_per_token_rotated: put the rotated key pairs back in line"),
        Passed("Reference", Scores),
        Skipped("Formats", "any other text comes back", "set LLAMA3_TOKENIZER to run this"),
        Passed("Reference", "24 qk_per_token: … in a head of 4 the dot product 6 scores 6 / √4 = 3"),
        Passed("Reference", "25 mask: … nothing looks ahead"),
        Passed("Reference", "end to end: the chain ends in 42"),
        Skipped("Formats", "nothing comes back", "set LLAMA3_TOKENIZER to run this")));

    [Fact(DisplayName = "dotnet test: of a broken function, what helps to mend it, once; nothing of the steps after it; the verdict last")]
    public Task A_step_is_broken() => Snapshot.Verify(Printed(
        Passed("Reference", "23 k_per_token_rotated: put the rotated key pairs back in line"),
        Failed("Reference", Scores, Message(Scores, "-8.43368, expected -2.66696", "24")),
        Passed("Reference", "25 mask: forbid looking ahead"),
        Failed("Reference", "24 qk_per_token: … in a head of 4 the dot product 6 scores 6 / √4 = 3", "Expected {3F}, but {6F} differs.\n", "ByHand.cs:116"),
        Failed("Reference", CachedScores, Message(CachedScores, "-11.1499, expected -3.5259", "46")),
        Skipped("Reference", "end to end: the chain ends in 42", "waits: 116 tests wait until 24 qk_per_token, 46 qk_per_token are right"),
        Skipped("Checking", "messages: some message", "waits: 1019 tests wait until 24 qk_per_token, 46 qk_per_token are right"),
        Passed("Tensors", "zeros")));

    [Fact(DisplayName = "dotnet test: two causes are two verdicts; a long message of another area is cut")]
    public Task Two_causes() => Snapshot.Verify(Printed(
        Failed("Reference", Scores, Message(Scores, "-8.43368, expected -2.66696", "24")),
        Failed("Reference", "25 mask: forbid looking ahead", Message("25 mask: forbid looking ahead", "0, expected -∞", "25").Replace("no_scale", "mask_missing")),
        Failed("Formats", "any text comes back", string.Join("\r\n", Enumerable.Range(1, 20).Select(line => $"line {line}")), "TextTests.cs:9")));

    [Fact(DisplayName = "dotnet test: no test is not a success")]
    public void No_test() => Printed().Should().Be("\nNo test ran.\n");

    private static string Printed(params Outcome[] outcomes)
    {
        var output = new StringWriter { NewLine = "\n" };
        var contents = new Contents(output);
        foreach (var outcome in outcomes.Where(outcome => outcome.IsInCourse)) { contents.Add(outcome); }
        contents.Complete();
        foreach (var line in Summary.Of(outcomes, [])) { output.WriteLine(line); }
        return output.ToString();
    }

    private static string Message(string step, string worst, string number) => $"""

        {step}
        worst      at [token 1, key 7]: {worst}

        {step}
        looks like no_scale: the scores are not divided by √head_dim
        function   Attention.scores, src/Llama3.Reference/Steps/Attention.cs:33
        closer     llama3verify explain {number}
        """;

    private static Outcome Passed(string area, string name) => Of(area, name, Result.Passed, "", "");

    private static Outcome Failed(string area, string name, string message, string place = "Article.cs:9") => Of(area, name, Result.Failed, message, place);

    private static Outcome Skipped(string area, string name, string reason) => Of(area, name, Result.Skipped, reason, "");

    private static Outcome Of(string area, string name, Result result, string message, string place) =>
        Outcome.Of(area, name, result, message, place, Start, Start.AddSeconds(1.25));
}
