using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Llama3.Checking.Judging;
using Llama3.Checking.Names;
using Llama3.Reference;

namespace Llama3.Verify.Tests.Check;

/// <summary>llama3verify check, as its users see it.</summary>
public sealed class CheckTests(CheckTests.Dumps dumps) : IClassFixture<CheckTests.Dumps>
{
    private readonly PortDumpFile _right = dumps.Right;
    private readonly PortDumpFile _wrong = dumps.Wrong;

    [SkippableFact(DisplayName = "check: a port that is right, as text")]
    public Task Right_as_text() => AsText(_right, 0);

    [SkippableFact(DisplayName = "check: a port that is wrong, as text")]
    public Task Wrong_as_text() => AsText(_wrong, 1);

    [SkippableFact(DisplayName = "check --verbose: where the error sits")]
    public Task Verbose() => AsText(new PortDumpFile("mask_diag2", step => step.number is >= 25 and <= 27), 1, "--verbose");

    [Theory(DisplayName = "check: names that are not known are told, a few of them unless all are asked for:")]
    [InlineData(3, 3, "logit; did you mean logits?")]
    [InlineData(4, 3, "… and 1 more name that is not known; --verbose shows all")]
    [InlineData(5, 3, "… and 2 more names that are not known; --verbose shows all")]
    [InlineData(5, 5, "not known: mine4", "--verbose")]
    public void Unknown_names(int count, int shown, string line, params string[] options)
    {
        using var dump = new PortDumpFile();
        var (file, ids) = (dump.Beside("unknown.json"), string.Join(", ", Golden.For("tokens").Tensor.ToInt64s()));
        var unknown = Enumerable.Range(0, count).Select(number => $"\"{(number == 0 ? "logit" : $"mine{number}")}\": [1]");
        File.WriteAllText(file, $"{{\"tokens\": [{ids}], {string.Join(", ", unknown)}}}");
        var output = Cli.Run(["check", file, "--partial", .. options]).Output;
        output.Should().Contain(line);
        output.Split('\n').Count(text => text.StartsWith("not known: ", StringComparison.Ordinal)).Should().Be(shown);
    }

    [Fact(DisplayName = "check --help")]
    public Task Help() => Snapshot.Verify(Cli.Help("check"));

    [Fact(DisplayName = "check --json: obeys the schema, and says what the text says")]
    public void Json()
    {
        foreach (var (dump, code) in new[] { (_right, 0), (_wrong, 1) })
        {
            var check = Cli.Run("check", dump.Path, "--json");
            check.ExitCode.Should().Be(code);
            CheckSchema.Violations(JsonNode.Parse(check.Output)).Should().BeEmpty();
        }
        var found = JsonNode.Parse(Cli.Run("check", _wrong.Path, "--json").Output)!;
        ((string)found["first_fault"]!["id"]!, (bool)found["passed"]!).Should().Be(("q_per_token_rotated", false));
        var step = found["steps"]!.AsArray().Single(step => (string)step!["id"]! == "q_per_token_rotated")!;
        ((string)step["verdict"]!, (string)step["looks_like"]![0]!["name"]!).Should().Be(("wrong_here", "rope_half_split"));
    }

    [Fact(DisplayName = "check: every verdict has one word, in text, JSON, JUnit and annotations")]
    public void One_word()
    {
        using var dump = new PortDumpFile("no_scale", step => step == ArticleSteps.k_per_token_rotated || step == ArticleSteps.qkv_attention);
        var check = Cli.Run("check", dump.Path, "--github", "--junit", dump.Beside("junit.xml"));
        check.Output.Should().MatchRegex("31 qkv_attention +WRONG BETWEEN +inputs agree; after step 23, the steps ")
            .And.Contain("::error title=31 qkv_attention::wrong between: inputs agree; after step 23, the steps ");
        XDocument.Load(dump.Beside("junit.xml")).Descendants("failure").First().Value.Should().StartWith("wrong between: ");
        var found = JsonNode.Parse(Cli.Run("check", dump.Path, "--json").Output)!;
        CheckSchema.Violations(found).Should().BeEmpty();
        ((int)found["format"]!, (string)found["steps"]!.AsArray().Single(step => (string)step!["id"]! == "qkv_attention")!["verdict"]!)
            .Should().Be((4, "wrong_between"));
    }

    [Fact(DisplayName = "check --junit: a test case per step, failures where faults are")]
    public void JUnit()
    {
        Cli.Run("check", _wrong.Path, "--junit", _wrong.Beside("junit.xml")).ExitCode.Should().Be(1);
        File.ReadAllBytes(_wrong.Beside("junit.xml"))[0].Should().Be((byte)'<', "readers stumble over a byte order mark");
        var suite = XDocument.Load(_wrong.Beside("junit.xml")).Root!.Element("testsuite")!;
        var failed = suite.Elements("testcase").Where(test => test.Element("failure") is not null).ToList();
        failed.Select(test => test.Attribute("name")!.Value).Should().Equal("16 q_per_token_rotated", "23 k_per_token_rotated");
        failed[0].Element("failure")!.Value.Should().StartWith("wrong here: inputs agree; ").And.Contain("looks like rope_half_split");
        var skipped = suite.Elements("testcase").Select(test => test.Element("skipped")?.Attribute("message")?.Value).OfType<string>().ToList();
        skipped.Select(message => message.Split(':')[0]).Distinct().Should().Equal("inherited");
        suite.Attribute("failures")!.Value.Should().Be("2");
        suite.Attribute("tests")!.Value.Should().Be("17", "what was not dumped is no test");
        suite.Descendants("property").Single().Attribute("value")!.Value.Should().Be("5–6, 8–15, 17–18, 20–22, 24–29, 31, 33, 39");
        double.Parse(suite.Attribute("time")!.Value, CultureInfo.InvariantCulture).Should().BePositive();
        suite.Elements("testcase").Should().OnlyContain(test => test.Attribute("time") == null, "steps are not measured one by one");
    }

    [Fact(DisplayName = "check --github: an annotation per fault, on one line each")]
    public void GitHub()
    {
        var lines = Cli.Run("check", _wrong.Path, "--github").Output.Split('\n').Where(line => line.StartsWith("::")).ToList();
        lines.Should().HaveCount(3);
        lines[0].Should().StartWith("::error title=16 q_per_token_rotated::wrong here: inputs agree").And.Contain("%0Alooks like rope_half_split");
        lines[2].Should().StartWith("::notice title=llama3verify check::17 of 42 steps dumped");
    }

    [Fact(DisplayName = "check --github --json: JSON alone on standard output")]
    public void GitHub_and_json()
    {
        var check = Cli.Run("check", _wrong.Path, "--github", "--json");
        JsonNode.Parse(check.Output).Should().NotBeNull();
        check.Error.Should().StartWith("::error");
    }

    [Fact(DisplayName = "check --skip: forgives a known fault, until it passes")]
    public void Skipped_steps()
    {
        Cli.Run("check", _wrong.Path, "--skip", "q_per_token_rotated").ExitCode.Should().Be(1);
        var forgiven = Cli.Run("check", _wrong.Path, "--skip", "16", "--skip", "23");
        (forgiven.ExitCode, forgiven.Output.Contains("skipped: q_per_token_rotated, k_per_token_rotated")).Should().Be((0, true));
        Cli.Run("check", _right.Path, "--skip", "24").Output.Should().Contain("qk_per_token is not dumped: take away --skip qk_per_token");
        var passes = Cli.Run("check", _right.Path, "--skip", "16");
        passes.ExitCode.Should().Be(1);
        passes.Output.Should().Contain("q_per_token_rotated passes now: take away --skip q_per_token_rotated");
        Cli.Run("check", _right.Path, "--skip", "16", "--skip", "freqs", "--junit", _right.Beside("skip.xml"), "--github").Output.Should()
            .Contain("::error title=--skip q_per_token_rotated::q_per_token_rotated passes now: take away --skip q_per_token_rotated");
        XDocument.Load(_right.Beside("skip.xml")).Descendants("testcase").Where(test => test.Element("failure") is not null)
            .Select(test => test.Attribute("name")!.Value).Should().Equal("--skip q_per_token_rotated", "--skip freqs");
    }

    [Fact(DisplayName = "check --complete: all that must be dumped is demanded")]
    public void Complete()
    {
        Cli.Run("check", _right.Path, "--complete").ExitCode.Should().Be(0);
        using var less = new PortDumpFile(dumps: step => DumpContract.Must.Contains(step) && step.number != 30);
        Cli.Run("check", less.Path).ExitCode.Should().Be(0);
        var check = Cli.Run("check", less.Path, "--complete");
        check.ExitCode.Should().Be(1);
        check.Output.Should().Contain("missing, though every port must dump them: v_per_token");
    }

    [Theory(DisplayName = "check --precision and --case are believed:")]
    [InlineData("bf16", "17 tokens, bf16; against micro, article")]
    [InlineData("fp16", "17 tokens, fp16; against micro, article")]
    public void Precision_is_believed(string precision, string expected) =>
        Cli.Run("check", _right.Path, "--precision", precision).Output.Should().Contain(expected);

    [Theory(DisplayName = "check: bad arguments and dumps")]
    [InlineData("there is no file or folder \"does-not-exist\"", "does-not-exist")]
    [InlineData("there is no step 'nothing'", "DUMP", "--skip", "nothing")]
    [InlineData("prompt_split_as_tokens is text", "DUMP", "--skip", "2")]
    [InlineData("'fp8'", "DUMP", "--precision", "fp8")]
    [InlineData("micro-mha has no case other_prompt", "DUMP", "--model", "micro-mha", "--case", "other_prompt")]
    [InlineData("cannot be written", "DUMP", "--junit", "/does/not/exist.xml")]
    [InlineData("--junit is empty: expected the name of a file", "DUMP", "--junit", "")]
    [InlineData("Required argument 'DUMP' missing for command: 'check'; --help tells what can be given")]
    public void Bad_input(string expected, params string[] arguments)
    {
        var check = Cli.Run(["check", .. arguments.Select(argument => argument == "DUMP" ? _right.Path : argument)]);
        check.ExitCode.Should().Be(2);
        check.Output.Should().BeEmpty();
        check.Error.Should().StartWith("llama3verify: ").And.Contain(expected);
        check.Error.TrimEnd('\n').Should().NotContain("\n");
    }

    [Fact(DisplayName = "check: what a damaged dump gives is one line, and CI gets it too")]
    public void Damaged()
    {
        File.WriteAllBytes(_right.Beside("cut.safetensors"), File.ReadAllBytes(_right.Path)[..5000]);
        var check = Cli.Run("check", _right.Beside("cut.safetensors"), "--json", "--github", "--junit", _right.Beside("cut.xml"));
        check.ExitCode.Should().Be(2);
        CheckSchema.Violations(JsonNode.Parse(check.Output)).Should().BeEmpty();
        ((string)JsonNode.Parse(check.Output)!["error"]!).Should().Contain("cut.safetensors");
        XDocument.Load(_right.Beside("cut.xml")).Descendants("error").Should().ContainSingle();
        check.Error.Split('\n').Should().HaveCount(3).And.ContainSingle(line => line.StartsWith("::error title=llama3verify check::"));
        check.Error.Should().Contain("llama3verify: ").And.NotContain("   at ");
    }

    private static Task AsText(PortDumpFile dump, int exitCode, string option = "--precision=auto", [CallerMemberName] string test = "")
    {
        Skip.If(Engine.Tensors != "Managed", "other engines round differently");
        var check = Cli.Run("check", dump.Path, option);
        (check.ExitCode, check.Error).Should().Be((exitCode, ""));
        return Snapshot.Verify(check.Output.Replace(dump.Path, "dump.safetensors", StringComparison.Ordinal), test: test);
    }

    /// <summary>A right port and a wrong one.</summary>
    public sealed class Dumps : IDisposable
    {
        internal PortDumpFile Right { get; } = new();

        internal PortDumpFile Wrong { get; } = new("rope_half_split");

        public void Dispose()
        {
            Right.Dispose();
            Wrong.Dispose();
        }
    }
}
