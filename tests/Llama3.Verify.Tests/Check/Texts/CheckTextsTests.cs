using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Llama3.Checking.Goldens;
using Llama3.Checking.Texts.Mistakes;
using Llama3.Checking.Texts.Ports;
using Llama3.Checking.Texts.Tasks;

namespace Llama3.Verify.Tests.Check.Texts;

/// <summary>llama3verify texts and check --texts, as their users see them.</summary>
public sealed class CheckTextsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "texts: a JSON object on each line, with an id and a kind")]
    public void List()
    {
        var texts = Cli.Run("texts");
        (texts.ExitCode, texts.Error).Should().Be((0, ""));
        texts.Output.Should().Be(Encoding.UTF8.GetString(Fixtures.Read("fixtures/texts.jsonl")));
        texts.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().OnlyContain(line => JsonNode.Parse(line)!["id"] != null && JsonNode.Parse(line)!["kind"] != null);
    }

    [Fact(DisplayName = "texts --tokenizer: and texts in which every token of a vocabulary occurs, which check --texts --tokenizer knows")]
    public void List_of_a_vocabulary()
    {
        var micro = Path.Combine(Repository.Root, "fixtures", "micro", "tokenizer.model");
        var lines = Cli.Run("texts", "--tokenizer", micro).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var vocabulary = lines.Where(line => line.Contains("\"vocabulary-", StringComparison.Ordinal)).ToList();
        vocabulary.Should().HaveCountGreaterThan(30);
        var tokenizer = MicroModel.Micro.Checkpoint.tokenizer;
        var answers = vocabulary.Select(line => JsonNode.Parse(line)!).Select(line => $"{{\"id\": \"{line["id"]}\", \"ids\": [{string.Join(',', tokenizer.encode_ordinary((string)line["text"]!))}]}}");
        Check([.. answers], "--tokenizer", micro).Output.Should().Contain($"encode        agrees, {vocabulary.Count} answers").And.Contain($"{TextTasks.All.Count} tasks of the list are not answered.");
    }

    [Fact(DisplayName = "check --texts: a port that is right, as text")]
    public Task Right() => AsText(0, Answers());

    [Fact(DisplayName = "check --texts: a port with mistakes, as text")]
    public Task Wrong() => AsText(1, Answers("gpt2_pattern", "bos_twice", "stream_ids_decoded_alone", "stop_eom_missing", "sampling_top_p_ignored"));

    [Fact(DisplayName = "check --texts --verbose: all wrong answers")]
    public Task Verbose() => AsText(1, Answers("digits_one_by_one", "sampling_min_p_ignored"), "--verbose", "--complete");

    [Fact(DisplayName = "docs: what check --texts says")]
    public void Documented()
    {
        var check = Check(Answers("template_newlines_missing", "stream_ids_decoded_alone")).Output.Replace(_folder["answers.jsonl"], "answers.jsonl", StringComparison.Ordinal);
        Readme.ShouldHold("check --texts", $"```\n$ llama3verify check --texts answers.jsonl\n{check}```", Readme.Texts);
    }

    [Theory(DisplayName = "explain: mistakes with texts, by name and by words:")]
    [InlineData("gpt2-pattern", "gpt2_pattern  texts are cut by GPT-2's pattern, *")]
    [InlineData("<|python_tag|>", "known mistakes with texts\n   template_python_tag_missing  *to see one: llama3verify explain template_python_tag_missing\n")]
    [InlineData("bos_twice", "bos_twice  <|begin_of_text|> is in front of the prompt twice\n*shows at  1 tokens: *")]
    public void Explained(string word, string expected) => Cli.Run("explain", word).Output.TrimStart('\n').Should().Match(expected);

    [Fact(DisplayName = "check --texts --json: obeys the schema, and says what the text says")]
    public void Json()
    {
        var schema = new JsonSchema(JsonNode.Parse(Fixtures.Read("fixtures/check-texts.schema.json"))!.AsObject());
        schema.Violations(JsonNode.Parse(Check(Answers(), "--json").Output)).Should().BeEmpty();
        var wrong = Check(Answers("template_newlines_missing"), "--json");
        wrong.ExitCode.Should().Be(1);
        var found = JsonNode.Parse(wrong.Output)!;
        schema.Violations(found).Should().BeEmpty();
        var kind = found["kinds"]!.AsArray().Single(kind => (string)kind!["kind"]! == "conversation")!;
        ((string)kind["looks_like"]![0]!["mistakes"]![0]!["name"]!, (int)kind["answered"]!, kind["wrong"]!.AsArray().Count, (bool)found["passed"]!)
            .Should().Be(("template_newlines_missing", 26, 26, false));
        var error = Check(["{"], "--json");
        (error.ExitCode, schema.Violations(JsonNode.Parse(error.Output)).Count()).Should().Be((2, 0));
    }

    [Fact(DisplayName = "check --texts --junit, --github: a test case for each answer, an annotation for each kind at fault")]
    public void Reports()
    {
        var (junit, summary) = (_folder["junit.xml"], _folder["summary.md"]);
        var answers = Answers("eos_appended");
        var before = Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY");
        Environment.SetEnvironmentVariable("GITHUB_STEP_SUMMARY", summary);
        try
        {
            var check = Check(answers, "--junit", junit, "--github");
            check.ExitCode.Should().Be(1);
            check.Output.Should().Contain("::error title=prompt::WRONG, 6 of 6 answers%0Alooks like eos_appended: ").And.Contain("::notice title=llama3verify check::32 of 264 answers are wrong, in prompt, conversation.");
        }
        finally
        {
            Environment.SetEnvironmentVariable("GITHUB_STEP_SUMMARY", before);
        }
        File.ReadAllText(summary).Should().StartWith("## llama3verify check: fails\n").And.Contain("| prompt | WRONG, 6 of 6 answers | looks like eos_appended: ");
        var suite = XDocument.Load(junit).Root!.Element("testsuite")!;
        suite.Elements("testcase").Should().HaveCount(answers.Length);
        suite.Elements("testcase").Where(test => test.Element("failure") is not null).Should().HaveCount(32);
        var first = suite.Elements("testcase").First(test => test.Element("failure") is not null);
        ((string)first.Attribute("classname")!, (string)first.Attribute("name")!).Should().Be(("llama3verify.texts.prompt", "prompt-1"));
        first.Value.Should().EndWith("looks like eos_appended: <|end_of_text|> (128001) is after the prompt");
    }

    [Fact(DisplayName = "check --texts -: answers on standard input; --skip takes a kind, and complains once it is right")]
    public void Standard_input_and_skip()
    {
        Cli.RunWith(Encoding.UTF8.GetBytes("{\"id\": \"digits-1\", \"ids\": [2983]}"), "check", "--texts", "-").Output.Should().StartWith("standard input: judged by the embedded excerpt").And.Contain("1 answer agrees.");
        Check(Answers("bos_twice"), "--skip", "prompt", "--skip", "conversation").ExitCode.Should().Be(0);
        var vain = Check(Answers(), "--skip", "prompt");
        (vain.ExitCode, vain.Output.Split('\n')[^2]).Should().Be((1, "--skip prompt: it is not wrong; leave the option out"));
        var complete = Check(["{\"id\": \"digits-1\", \"ids\": [2983]}"], "--complete");
        (complete.ExitCode, complete.Output.Split('\n')[^2]).Should().Be((1, "--complete: 263 tasks of the list not answered: language-english, language-german, language-french, language-spanish, language-portuguese and 258 more"));
    }

    [Theory(DisplayName = "check --texts: what does not belong together is refused:")]
    [InlineData("--texts judges answers, and DUMP is for dumps: check one after the other", "x.safetensors", "--texts", "x")]
    [InlineData("--texts judges answers, and --case is for dumps: check one after the other", "--texts", "x", "--case", "far_positions")]
    [InlineData("--texts judges answers, and --checkpoint is for dumps: check one after the other", "--texts", "x", "--checkpoint", "x")]
    [InlineData("--tokenizer is for --texts: tensors are judged without a vocabulary", "x.safetensors", "--tokenizer", "x")]
    [InlineData("--skip step: with --texts it takes a kind, one of encode, prompt, conversation, stream, stops, sampling", "--texts", "x", "--skip", "step")]
    [InlineData("--texts is empty: expected the name of a file, or - for standard input", "--texts", "")]
    [InlineData("/nowhere cannot be read: there is no such file", "--texts", "/nowhere")]
    public void Refused(string expected, params string[] options) => Cli.Run(["check", .. options]).Should().Be(new CliResult(2, "", $"llama3verify: {expected}\n"));

    [SkippableFact(DisplayName = "check --texts --tokenizer: another vocabulary than Llama 3's is refused")]
    public void Other_vocabulary()
    {
        var file = SmolLm.File();
        var check = Check(Answers(), "--tokenizer", file);
        check.Error.Should().Be($"llama3verify: {file} holds another vocabulary than Llama 3's: texts are judged by Llama 3's alone\n");
    }

    private async Task AsText(int exitCode, string[] answers, params string[] options)
    {
        var check = Check(answers, options);
        check.ExitCode.Should().Be(exitCode, check.Error);
        await Snapshot.Verify(check.Output.Replace(_folder["answers.jsonl"], "answers.jsonl", StringComparison.Ordinal), $"{exitCode}{string.Concat(options)}");
    }

    private CliResult Check(string[] answers, params string[] options)
    {
        var file = _folder["answers.jsonl"];
        File.WriteAllLines(file, answers);
        return Cli.Run(["check", "--texts", file, .. options]);
    }

    /// <summary>What a port answers that makes mistakes.</summary>
    private static string[] Answers(params string[] mistakes)
    {
        var port = mistakes.Aggregate(new TextPort(MicroModel.Micro.Checkpoint.tokenizer), (port, name) => TextMistakes.All.Single(mistake => mistake.Name == name).Made(port));
        return [.. TextTasks.All.Select(task => $"{{\"id\": \"{task.Id}\", {InJson(port.Answer(task))}}}")];
    }

    private static string InJson(TextAnswer answer) => answer switch
    {
        IdsAnswer ids => $"\"ids\": [{string.Join(',', ids.Ids)}]",
        StringAnswer text => $"\"text\": {JsonValue.Create(text.Text)!.ToJsonString()}",
        ProbabilitiesAnswer drawn => $"\"probabilities\": {new JsonObject(drawn.Probabilities.Select(entry => KeyValuePair.Create($"{entry.Key}", (JsonNode?)entry.Value))).ToJsonString()}",
        _ => throw new InvalidOperationException($"{answer}"),
    };
}
