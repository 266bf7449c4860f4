using System.Text.Json.Nodes;
using System.Xml.Linq;
using Llama3.Checking.Goldens;
using Llama3.Formats.Dumps;
using Llama3.Formats.Safetensors;
using Llama3.Verify.Tests.Html.Report;

namespace Llama3.Verify.Tests.Check;

/// <summary>llama3verify check --html, as its users see it.</summary>
public sealed class CheckHtmlTests(CheckHtmlTests.Dumps dumps) : IClassFixture<CheckHtmlTests.Dumps>
{
    private readonly TemporaryFolder _folder = dumps.Folder;

    [Fact(DisplayName = "check --html: a port that is right passes, in one file that fetches nothing")]
    public void Right()
    {
        var page = Page(0, dumps.Right.Path);
        page.Text.Should().Contain($"passes {dumps.Right.Path} 17 of 42 steps dumped; 17 ok. safetensors, 17 tokens, fp32; against micro, article ")
            .And.Contain(" not dumped 5–6, 8–15, ").And.NotContain("Faults");
        page.Pictures.Should().BeEmpty();
        page.Source.Should().NotContain("src=").And.NotContain("<link rel=\"stylesheet\"").And.NotContain("@import").And.NotContain("url(");
    }

    [Fact(DisplayName = "check --html: a port that is wrong: the sum, a cell for each layer, what is said of each fault, and a link to it")]
    public void Wrong()
    {
        var page = Page(1, dumps.Wrong.Path);
        page.Text.Should().Contain(" fails ").And.Contain("17 of 42 steps dumped; 2 wrong here, 13 inherited, 2 ok. First fault: step 16, q_per_token_rotated, in layer 0. ")
            .And.Contain(" 4 token_embeddings ok inherited inherited 7 q_per_token ok inherited inherited 16 q_per_token_rotated WRONG WRONG WRONG ")
            .And.Contain(" wrong here 16 q_per_token_rotated ").And.Contain(" looks like rope_half_split: pairs are in the two halves ").And.Contain(" fix with Meta's weights pair ")
            .And.Contain(" wrong here 23 k_per_token_rotated ").And.Contain(" looks like rope_half_split again ");
        page.Links.Count(link => link == "#fault-0").Should().Be(4, "the first fault, and three layers lead to it");
        page.Links.Should().Contain("https://github.com/rasbt/LLMs-from-scratch/issues/747");
        page.Links.Where(link => link.StartsWith('#')).Should().BeSubsetOf(page.Anchors);
    }

    [Fact(DisplayName = "check --html: pictures have the numbers of the dump, those that were expected, and the difference")]
    public void Numbers()
    {
        var page = Page(1, dumps.Wrong.Path);
        page.Pictures.Should().HaveCount(6);
        page.Pictures.Take(3).Should().OnlyContain(picture => picture.Shape == "layer 3, head 8, token 17, dim 10");
        page.Pictures.Skip(3).Should().OnlyContain(picture => picture.Shape == "layer 3, head 2, token 17, dim 10");
        using var dump = Dump.Open(dumps.Wrong.Path);
        float[] dumped = [.. Enumerable.Range(0, 3).SelectMany(layer => dump.Entries.Single(entry => entry.Name == $"layers.{layer}.q_per_token_rotated").Load().ToSingles())];
        var (port, expected, difference) = (page.Pictures[0].Values, page.Pictures[1].Values, page.Pictures[2].Values);
        port.Should().Equal(dumped);
        difference.Should().Equal(port.Zip(expected, (one, other) => one - other));
        // In layer 0 the inputs are right: what is expected is the golden.
        var golden = MicroModel.Micro.Article.Results(ScalarType.Float32)["layers.0.q_per_token_rotated"].tensor.ToSingles();
        expected[..golden.Length].Zip(golden).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        page.Pictures[0].Name(2, 2).Should().Be("2 \" answer\"");
        page.Source.Should().Contain("<option value=\"2\" selected>2</option>", "head 2 is the worst");
    }

    [Fact(DisplayName = "check --html: passes that do not agree have a table, and one that repeats another is told once")]
    public void Passes()
    {
        using var dump = new PortDumpFile("cache_pos_plus1", passes: 3);
        var page = Page(1, dump.Path);
        page.Text.Should().Contain("3 passes after the prompt, 0 agree. First fault: decode.0: step 44, positions. ")
            .And.Contain(" decode.0: 1 token at position 17 ").And.Contain(" 44 positions WRONG ").And.Contain(" decode.1–2: the same ")
            .And.Contain(" wrong here decode.0: 44 positions ").And.NotContain("decode.1: ");
        page.Pictures.Should().BeEmpty("ids and positions are told");
    }

    [Fact(DisplayName = "check --html: tokens of a pass are called by their own texts")]
    public void Tokens_of_a_pass()
    {
        using var dump = new PortDumpFile("cache_pos_restart_q", passes: 2);
        Page(1, dump.Path).Pictures[0].Axes[^2]!["names"]!.ToJsonString().Should().NotContain("begin_of_text");
    }

    [Fact(DisplayName = "check --html: text of a dump stays text")]
    public void Escaped()
    {
        var file = _folder["<b onclick=\"x\">&amp;.json"];
        var ids = string.Join(", ", MicroModel.Micro.Article.Results(ScalarType.Float32)["tokens"].tensor.ToInt64s());
        File.WriteAllText(file, $$"""{"tokens": [{{ids}}], "<script>alert(1)</script>": [1], "\" onmouseover=\"alert(2)": [1], "layers.0.<img src=x>": [2]}""");
        var page = Page(1, file);
        page.Source.Should().NotContain("alert(1)</script>").And.NotContain("<b onclick").And.NotContain("<img").And.NotContain("\" onmouseover=\"");
        page.Text.Should().Contain("<b onclick=\"x\">&amp;.json").And.Contain("not known: <script>alert(1)</script>").And.Contain("not known: \" onmouseover=\"alert(2)").And.Contain("not known: layers.0.<img src=x>");
    }

    [Fact(DisplayName = "check --html: a dump in which every number is wrong makes less than a megabyte, and says that pictures are left out")]
    public void Small()
    {
        var (file, random) = (_folder["noise.safetensors"], new Random(1));
        using (var stream = File.Create(file))
        {
            SafetensorsWriter.Write(stream, MicroModel.Micro.Article.Results(ScalarType.Float32)
                .Where(golden => golden.Value.text is null && golden.Value.tensor.dtype == ScalarType.Float32 && golden.Key != "mask")
                .Select(golden => SafetensorsTensor.Of(golden.Key, torch.tensor(golden.Value.tensor.ToSingles().Select(value => value + (float)random.NextDouble()).ToArray()).reshape(golden.Value.tensor.shape))));
        }
        var page = Page(1, file);
        page.Source.Length.Should().BeLessThan(1_000_000);
        page.Pictures.Should().HaveCount(36).And.OnlyContain(picture => picture.Rows <= 64 && picture.Columns <= 128);
        page.Text.Should().MatchRegex(@" \d+ more faults have no pictures here: those before have them\. ");
    }

    [Fact(DisplayName = "check --html: a dump that cannot be used has a page that says why, and how to check again")]
    public void Unusable()
    {
        var page = Page(2, "no such <dump>");
        page.Text.Should().Contain(" cannot be used the dump there is no file or folder \"no such <dump>\"").And.Contain("llama3verify check 'no such <dump>' --html ");
        page.Source.Should().NotContain("<dump>");
    }

    [Theory(DisplayName = "check --html: what cannot be written is refused before anything is judged:")]
    [InlineData("--html is empty: expected the name of a file", "")]
    [InlineData("--html \"/does/not/exist.html\" cannot be written: ", "/does/not/exist.html")]
    [InlineData("is what is judged: name another file", "DUMP")]
    public void Refused(string expected, string file)
    {
        var (before, junit) = (File.ReadAllBytes(dumps.Right.Path), _folder["refused.xml"]);
        var check = Cli.Run("check", dumps.Right.Path, "--junit", junit, "--html", file == "DUMP" ? dumps.Right.Path : file);
        (check.ExitCode, check.Output).Should().Be((2, ""));
        check.Error.Should().StartWith("llama3verify: ").And.Contain(expected);
        File.ReadAllBytes(dumps.Right.Path).Should().Equal(before);
        File.Exists(junit).Should().BeFalse("nothing was written into it");
    }

    [Fact(DisplayName = "check --html: JSON, JUnit and the summary name the file, in place of an older one too")]
    public void Named()
    {
        var (file, junit, summary) = (_folder["named page.html"], _folder["named.xml"], _folder["named.md"]);
        File.WriteAllText(file, new string('x', 1_000_000));
        var check = Cli.RunProcess(new Dictionary<string, string> { ["GITHUB_STEP_SUMMARY"] = summary }, "check", dumps.Wrong.Path, "--html", file, "--junit", junit, "--json", "--github");
        check.ExitCode.Should().Be(1);
        var json = JsonNode.Parse(check.Output);
        CheckSchema.Violations(json).Should().BeEmpty();
        ((string)json!["html"]!).Should().Be(file);
        XDocument.Load(junit).Descendants("property").Select(property => ((string)property.Attribute("name")!, (string)property.Attribute("value")!)).Should().Contain(("html", file));
        File.ReadAllText(summary).Should().EndWith($"\n\nThe report with pictures: {file}\n");
        File.ReadAllText(file).Should().EndWith("</html>").And.Contain($"--html &#x27;{file}&#x27; --junit {junit} --json --github");
        JsonNode.Parse(Cli.Run("check", dumps.Wrong.Path, "--json").Output)!["html"].Should().BeNull();
    }

    [Fact(DisplayName = "check --html: what is skipped is said, and has no pictures")]
    public void Skipped()
    {
        var page = Page(0, dumps.Wrong.Path, "--skip", "16", "--skip", "23");
        page.Text.Should().Contain(" known to be wrong: --skip ").And.Contain(" skipped q_per_token_rotated k_per_token_rotated ");
        page.Pictures.Should().BeEmpty();
    }

    [Fact(DisplayName = "check --texts --html: a verdict for each kind, and its first difference")]
    public void Texts()
    {
        var answers = _folder["answers.jsonl"];
        File.WriteAllText(answers, "{\"id\": \"digits-1\", \"ids\": [1, 2]}\n");
        var page = Page(1, "--texts", answers);
        page.Text.Should().Contain($"fails {answers} 1 of 1 answer is wrong, in encode.").And.Contain(" encode WRONG, 1 of 1 answer ").And.Contain(" digits-1 at token 0 ")
            .And.Contain(" expected 2983 \"42\" ").And.Contain(" answered 1 ").And.Contain(" stops not answered ");
        File.WriteAllText(answers, "{");
        Page(2, "--texts", answers).Text.Should().Contain(" cannot be used the file of answers ");
    }

    private ReportHtml Page(int exitCode, params string[] arguments)
    {
        var file = _folder["report.html"];
        File.Delete(file);
        Cli.Run(["check", .. arguments, "--html", file]).ExitCode.Should().Be(exitCode);
        return ReportHtml.Read(file);
    }

    /// <summary>A right port and a wrong one.</summary>
    public sealed class Dumps : IDisposable
    {
        internal TemporaryFolder Folder { get; } = new();

        internal PortDumpFile Right { get; } = new();

        internal PortDumpFile Wrong { get; } = new("rope_half_split");

        public void Dispose()
        {
            Folder.Dispose();
            Right.Dispose();
            Wrong.Dispose();
        }
    }
}
