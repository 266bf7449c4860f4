using System.Text.Json.Nodes;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Checking.Tests.Texts;

/// <summary>
/// What others' code makes of conversations and scores of their own, where there is a folder with it: meta-chat.jsonl (Meta's llama-models, ids) and sampling.jsonl
/// (what transformers, llama.cpp and Meta's code leave).
/// </summary>
public sealed class OthersTests
{
    private const string Variable = "LLAMA3_TEXTS";

    [SkippableFact(DisplayName = "texts of others: conversations as Meta's llama-models encodes them")]
    public void Conversations()
    {
        var answers = Lines("meta-chat.jsonl").Select(WithCalls).ToList();
        answers.Should().HaveCountGreaterThanOrEqualTo(30);
        Judged(answers, TestTokenizers.Llama3()).Kinds.SelectMany(kind => kind.Wrong).Should().BeEmpty();
    }

    [SkippableTheory(DisplayName = "texts of others: what a sampler leaves, and that it has another's order where that is another:")]
    [InlineData("transformers", "llama.cpp", "sampling_temperature_first")]
    [InlineData("meta", "llama.cpp", "sampling_temperature_first")]
    [InlineData("llama.cpp", "transformers", "sampling_temperature_last")]
    public void Sampling(string by, string other, string name)
    {
        var answers = Lines("sampling.jsonl").Where(line => line[by] is not null).Select((line, number) => Answer(line, by, number)).ToList();
        answers.Should().HaveCountGreaterThanOrEqualTo(10);
        Judged(answers.Select(answer => With(answer, by)), Answers.Excerpt).Kinds.SelectMany(kind => kind.Wrong).Should().BeEmpty();
        Answers.Names(Judged(answers.Select(answer => With(answer, other)), Answers.Excerpt)).Should().Equal(name);
    }

    private static TextReport Judged(IEnumerable<JsonObject> answers, Formats.Tokenizers.ITokenizer tokenizer)
    {
        using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', answers.Select(answer => answer.ToJsonString()))));
        return TextReport.Of(AnswerFile.Read(file, "answers.jsonl", tokenizer, tokenizer == Answers.Excerpt, TextTasks.All), tokenizer, []);
    }

    private static IEnumerable<JsonObject> Lines(string name)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Skip.If(string.IsNullOrEmpty(folder), $"set {Variable} to a folder with {name} to run this");
        return File.ReadLines(Path.Combine(folder!, name)).Select(line => JsonNode.Parse(line)!.AsObject());
    }

    /// <summary>There a call is "code_interpreter: print(6*7)".</summary>
    private static JsonObject WithCalls(JsonObject conversation)
    {
        foreach (var message in conversation["messages"]!.AsArray().Select(message => message!.AsObject()).Where(message => message["tool_calls"] is not null))
        {
            string[] call = ((string)message["tool_calls"]!).Split(": ", 2);
            message["tool_calls"] = new JsonArray(new JsonObject { ["function"] = new JsonObject { ["name"] = call[0], ["arguments"] = new JsonObject { ["code"] = call[1] } } });
            message["stop_reason"] = "end_of_message";
        }
        return conversation;
    }

    private static JsonObject Answer(JsonObject line, string by, int number)
    {
        var answer = new JsonObject { ["id"] = $"mine-{number}", ["probabilities"] = line[by]!.DeepClone() };
        foreach (var field in new[] { "logits", "temperature", "top_k", "top_p", "min_p" }) { answer[field] = line[field]?.DeepClone(); }
        return answer;
    }

    private static JsonObject With(JsonObject answer, string order) => new(answer.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())).Append(new("order", order)));
}
