using System.Text;
using Llama3.Checking.Texts.Judging;
using Llama3.Checking.Texts.Tasks;
using Llama3.Formats.Input;

namespace Llama3.Checking.Tests.Texts;

/// <summary>The file of a port's answers: what can be in it, and what is said of what cannot.</summary>
public sealed class AnswerFileTests
{
    [Theory(DisplayName = "answers: refused, with the line and what was expected:")]
    [InlineData("", "a.jsonl holds no answers: expected a JSON object on each line, *")]
    [InlineData("\n \r\n\t\n", "a.jsonl holds no answers: *")]
    [InlineData("{", "a.jsonl, line 1: this is not a JSON object on a line of its own: *")]
    [InlineData("\n[1]", "a.jsonl, line 2: this is not a JSON object on a line of its own: it is array")]
    [InlineData("{\"id\": \"digits-1\", \"id\": \"digits-2\", \"ids\": []}", "a.jsonl, line 1: this is not a JSON object on a line of its own: *id*")]
    [InlineData("{\"ids\": []}", "a.jsonl, line 1: \"id\" is missing, expected the id of a line of llama3verify texts, or a name of your own")]
    [InlineData("{\"id\": \"digits-0\", \"ids\": []}", "a.jsonl, line 1: there is no \"digits-0\" among the lines of llama3verify texts, and the line says not what was asked *")]
    [InlineData("{\"id\": \"vocabulary-1\", \"ids\": []}", "a.jsonl, line 1: there is no \"vocabulary-1\" among the lines of llama3verify texts without --tokenizer, *")]
    [InlineData("{\"id\": \"digits-1\"}", "a.jsonl, line 1: there is no answer to \"digits-1\", expected \"ids\", a list of token ids")]
    [InlineData("{\"id\": \"digits-1\", \"ids\": [1.5]}", "a.jsonl, line 1: an entry of \"ids\" is 1.5, expected a token id")]
    [InlineData("{\"id\": \"digits-1\", \"ids\": [99999999999]}", "a.jsonl, line 1: an entry of \"ids\" is 99999999999, expected a token id")]
    [InlineData("{\"id\": \"digits-1\", \"ids\": 2983}", "a.jsonl, line 1: \"ids\" is 2983, expected a list")]
    [InlineData("{\"id\": \"digits-1\", \"ids\": []}\n{\"id\": \"digits-1\", \"ids\": []}", "a.jsonl, line 2: \"digits-1\" was answered on line 1 already")]
    [InlineData("{\"id\": \"stream-1\", \"pieces\": [1]}", "a.jsonl, line 1: an entry of \"pieces\" is 1, expected a text")]
    [InlineData("{\"id\": \"sampling-flat-1\", \"probabilities\": {\"20\": 1}}", "a.jsonl, line 1: \"probabilities\" has the token \"20\", expected 0 to 19: the line has 20 logits")]
    [InlineData("{\"id\": \"sampling-flat-1\", \"probabilities\": {\"2\": 1.5}}", "a.jsonl, line 1: the probability of token 2 is 1.5, expected a number from 0 to 1")]
    [InlineData("{\"id\": \"sampling-flat-1\", \"order\": \"mine\", \"probabilities\": {}}", "a.jsonl, line 1: \"order\" is \"mine\", expected one of \"transformers\", \"meta\", \"llama.cpp\"")]
    [InlineData("{\"id\": \"x\", \"kind\": \"sing\", \"text\": \"\", \"ids\": []}", "a.jsonl, line 1: \"kind\" is \"sing\", expected one of \"encode\", \"prompt\", *")]
    [InlineData("{\"id\": \"x\", \"text\": \"a text of my own\", \"ids\": [1]}", "a.jsonl, line 1: this is no text of llama3verify texts; to judge others, give the vocabulary that the port has: --tokenizer FILE *")]
    [InlineData("{\"id\": \"x\", \"kind\": \"stream\", \"ids\": [128256], \"text\": \"\"}", "a.jsonl, line 1: the id 128256 is none of the vocabulary, expected 0 to 128255")]
    [InlineData("{\"id\": \"x\", \"messages\": [{\"content\": \"\"}], \"ids\": []}", "a.jsonl, line 1: \"role\" is missing, expected a text")]
    [InlineData("{\"id\": \"x\", \"messages\": [{\"role\": \"assistant\", \"tool_calls\": [{}]}], \"ids\": []}", "a.jsonl, line 1: \"name\" is missing, expected a text")]
    [InlineData("{\"id\": \"x\", \"messages\": [{\"role\": \"assistant\", \"tool_calls\": [{\"name\": \"f\", \"arguments\": 7}]}], \"ids\": []}", "a.jsonl, line 1: \"arguments\" is 7, expected an object")]
    [InlineData("{\"id\": \"x\", \"messages\": [{\"role\": \"assistant\", \"tool_calls\": [{\"name\": \"f\", \"arguments\": \"7\"}]}], \"ids\": []}", "a.jsonl, line 1: \"arguments\" is a text that holds no JSON object: *")]
    [InlineData("{\"id\": \"x\", \"template\": \"llama3.1\", \"messages\": [], \"tools\": [{}], \"ids\": []}", "a.jsonl, line 1: \"tools\" need a user's message: *")]
    [InlineData("{\"id\": \"digits-1\", \"kind\": \"encode\", \"text\": \"43\", \"ids\": [3391]}", "a.jsonl, line 1: \"digits-1\" is another task in llama3verify texts: repeat what was asked as it is, or leave it out; *")]
    [InlineData("{\"id\": \"x\", \"kind\": \"stream\", \"ids\": [55555], \"text\": \"\"}", "a.jsonl, line 1: the id 55555 is no token of this vocabulary, which is an excerpt of Llama 3's; --tokenizer FILE takes the whole one")]
    [InlineData("{\"id\": \"x\", \"messages\": [], \"template\": \"llama4\", \"ids\": []}", "a.jsonl, line 1: \"template\" is \"llama4\", expected one of \"llama3\", \"llama3.1\", *")]
    [InlineData("{\"id\": \"x\", \"logits\": [], \"probabilities\": {}}", "a.jsonl, line 1: \"logits\" is [], expected a list of numbers")]
    [InlineData("{\"id\": \"x\", \"logits\": [1, -1e400], \"probabilities\": {}}", "a.jsonl, line 1: an entry of \"logits\" is -1e400, expected a finite number")]
    [InlineData("{\"id\": \"x\", \"logits\": [1], \"top_k\": -1, \"probabilities\": {}}", "a.jsonl, line 1: \"top_k\" is -1, expected a whole number from 0 on; 0 keeps all")]
    [InlineData("{\"id\": \"x\", \"logits\": [1], \"top_p\": 0, \"probabilities\": {}}", "a.jsonl, line 1: \"top_p\" is 0, expected more than 0, at most 1; 1 keeps all")]
    [InlineData("{\"id\": \"\\ud800\", \"ids\": []}", "a.jsonl, line 1: *")]
    [InlineData("{\"id\": \"digits-1\", \0\"ids\": []}", "a.jsonl, line 1: this is not a JSON object on a line of its own: *")]
    [InlineData("\0\0\0\0", "a.jsonl, line 1: this is UTF-16, expected UTF-8")]
    public void Refused(string text, string expected) => Refuse(Encoding.UTF8.GetBytes(text), expected);

    [Fact(DisplayName = "answers: a file in UTF-16, as PowerShell writes it, and one that is no text at all")]
    public void Not_utf8()
    {
        Refuse([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"id\": \"digits-1\"}")], "a.jsonl, line 1: this is UTF-16, expected UTF-8");
        Refuse([0x7B, 0xC3, 0x28], "a.jsonl, line 1: this is not UTF-8");
    }

    [Fact(DisplayName = "answers: a byte order mark, empty lines, line ends of Windows and what was asked may be there too")]
    public void Accepted()
    {
        var line = TextTasks.Lines.Single(line => line.Contains("\"digits-1\"", StringComparison.Ordinal));
        var answered = Read([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{line[..^1]}, \"ids\": [2983]}}\r\n\r\n{{\"id\": \"stream-1\", \"pieces\": [\"\\ud83e\", \"\\udd99\"]}}\n{{\"id\": \"digits-2\", \"error\": \"no\"}}")]);
        answered.Select(answer => answer.Answer).Should().BeEquivalentTo(new TextAnswer[] { new IdsAnswer([2983]), new StringAnswer("🦙"), new FailedAnswer("no") }, options => options.RespectingRuntimeTypes());
    }

    [SkippableFact(DisplayName = "answers: a line of 40 MB is refused")]
    public void Large()
    {
        LongTests.SkipUnlessAskedFor();
        var line = new byte[40 << 20];
        Array.Fill(line, (byte)'1');
        Refuse(line, "a.jsonl, line 1: this line has more than 33,554,432 bytes");
    }

    [Fact(DisplayName = "answers: damaged lines are refused or judged, and nothing else happens")]
    public void Damaged()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Llama3.Checking.Tests", "Texts", "answers.jsonl")).Concat(TextTasks.Lines).Where(line => line.Length < 2000).Select(Encoding.UTF8.GetBytes).ToArray();
        var random = new Random(21);
        string[] liked = ["\"", "{", "]", "-1", "1e400", "null", "\\ud800", "\0", "99999999999", "NaN", "[[", "\"ids\"", "\"text\":1"];
        var judged = 0;
        for (var round = 0; round < LongTests.Rounds(200, 20_000); round++)
        {
            var line = lines[random.Next(lines.Length)].ToList();
            for (var changes = random.Next(3); changes >= 0; changes--)
            {
                var (at, length) = (random.Next(line.Count), random.Next(6));
                line.RemoveRange(at, Math.Min(length, line.Count - at));
                line.InsertRange(at, Encoding.UTF8.GetBytes(liked[random.Next(liked.Length)]));
            }
            try
            {
                judged += TextReport.Of(Read([.. line]), Answers.Excerpt, TextTasks.All).Kinds.Count(kind => kind.IsAnswered);
            }
            catch (BadInputException error)
            {
                error.Message.Should().StartWith("a.jsonl");
            }
        }
        judged.Should().BePositive();
    }

    private static IReadOnlyList<AnsweredTask> Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return AnswerFile.Read(stream, "a.jsonl", Answers.Excerpt, true, TextTasks.All);
    }

    private static void Refuse(byte[] file, string expected)
    {
        var read = () => Read(file);
        read.Should().Throw<BadInputException>().WithMessage(expected);
    }
}
