using System.Text;
using System.Text.Json;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Tests.Texts;

/// <summary>
/// What others' code answers is right: answers.jsonl holds it, written by scripts/text_expectations.mjs and .py. tiktoken, tokenizers.js,
/// Hugging Face's Jinja and Python's on Meta's templates, Meta's llama-models. llama.cpp and Microsoft's are asked where they can be run.
/// </summary>
public sealed class ImplementationTests
{
    /// <summary>Which of these Microsoft's tokenizer and llama.cpp answer too, in tests of their own.</summary>
    private static readonly string[] AnsweredByOthers = ["names-", "special-3.1-", "sampling-"];

    private static readonly ILookup<string, string> Answered = File.ReadLines(Path.Combine(Repository.Root, "tests", "Llama3.Checking.Tests", "Texts", "answers.jsonl"))
        .SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("by").EnumerateArray().Select(by => (By: by.GetString()!, line))).ToLookup(answer => answer.By, answer => answer.line);

    public static TheoryData<string> Implementations => [.. Answered.Select(answers => answers.Key)];

    [Theory(DisplayName = "texts: an implementation agrees in all that it answers:"), MemberData(nameof(Implementations))]
    public void Agrees(string name) => Wrong(Read(Answered[name]), Answers.Excerpt).Should().BeEmpty();

    [SkippableTheory(DisplayName = "texts: and so by Llama 3's whole vocabulary:"), MemberData(nameof(Implementations))]
    public void Agrees_by_the_whole_vocabulary(string name) => Wrong(Read(Answered[name]), TestTokenizers.Llama3()).Should().BeEmpty();

    [Fact(DisplayName = "texts: two implementations at least agree on every expectation, but where Meta's code alone says it")]
    public void Two_at_least()
    {
        var by = Answered.SelectMany(answers => Read(answers).Select(answer => (answers.Key, answer.Task.Id))).ToLookup(answer => answer.Id, answer => answer.Key);
        TextTasks.All.Select(task => task.Id).Where(id => !AnsweredByOthers.Any(other => id.StartsWith(other, StringComparison.Ordinal)) && by[id].Count() < 2)
            .Should().Equal("llama3-code", "llama3-tool");
        by["llama3-code"].Concat(by["llama3-tool"]).Should().OnlyContain(name => name == "llama-models");
    }

    [Fact(DisplayName = "texts: the list has 30 scripts and all kinds, and holds no answers")]
    public void The_list()
    {
        TextTasks.All.Count(task => task.Id.StartsWith("language-", StringComparison.Ordinal)).Should().BeGreaterThanOrEqualTo(30);
        TextTasks.All.Select(task => task.Kind).Distinct().Should().BeEquivalentTo(Enum.GetValues<TextKind>());
        TextTasks.All.Select(task => task.Id).Should().OnlyHaveUniqueItems();
        TextTasks.Lines.Where(line => JsonDocument.Parse(line).RootElement is var json && (json.TryGetProperty("probabilities", out _) || json.TryGetProperty("pieces", out _)
            || (json.TryGetProperty("ids", out _) && json.TryGetProperty("text", out _)))).Should().BeEmpty();
    }

    private static IReadOnlyList<AnsweredTask> Read(IEnumerable<string> lines)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines.DistinctBy(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()))));
        return AnswerFile.Read(file, "answers.jsonl", Answers.Excerpt, true, TextTasks.All);
    }

    private static IEnumerable<string> Wrong(IReadOnlyList<AnsweredTask> answered, Formats.Tokenizers.ITokenizer tokenizer) =>
        TextReport.Of(answered, tokenizer, TextTasks.All).Kinds.SelectMany(kind => kind.Wrong).Select(wrong => wrong.Answered.Task.Id);
}
