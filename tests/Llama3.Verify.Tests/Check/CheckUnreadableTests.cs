using System.Text.Json.Nodes;
using System.Xml.Linq;
using Llama3.Checking.Goldens;
using Llama3.Checking.Judging;

namespace Llama3.Verify.Tests.Check;

/// <summary>llama3verify check on dumps of which some cannot be read: it says so wherever it says anything, and fails.</summary>
public sealed class CheckUnreadableTests : IDisposable
{
    private const string Problem = "has the shape [2, 2], expected [8, 17, 10] or [17, 8, 10] or [17, 80] for q_per_token [n_heads, T, head_dim] with T = 17";

    private readonly PortDumpFile _dump = new(dumps: _ => false);

    public void Dispose() => _dump.Dispose();

    [Fact(DisplayName = "check: what cannot be read is listed, the rest is judged, and the exit code is 1; --skip does not help")]
    public void As_text()
    {
        var check = Cli.Run("check", Write(1), "--skip", "q_per_token");
        (check.ExitCode, check.Error).Should().Be((1, ""));
        check.Output.Split('\n')[1].Should().Be($"cannot be read: layers.0.q_per_token {Problem}");
        check.Output.Should().MatchRegex("\n 1 tokens +ok +equal\n").And.Contain("\n1 result cannot be read; the rest was judged\n");
    }

    [Theory(DisplayName = "check: a few of it, unless all is asked for:")]
    [InlineData(3, 3, false)]
    [InlineData(5, 3, true)]
    [InlineData(5, 5, false, "--verbose")]
    public void A_few(int count, int shown, bool says_more, params string[] options)
    {
        var output = Cli.Run(["check", Write(count), .. options]).Output;
        output.Split('\n').Count(line => line.StartsWith("cannot be read: ", StringComparison.Ordinal)).Should().Be(shown);
        output.Contains("… and 2 more that cannot be read; --verbose shows all", StringComparison.Ordinal).Should().Be(says_more);
    }

    [Fact(DisplayName = "check: it is in JSON, in JUnit and in annotations, too; a pass says it of itself")]
    public void Elsewhere()
    {
        var path = Write(1, ", \"decode.0.layers.1.embedding_delta\": [1, 2]");
        var check = Cli.Run("check", path, "--partial", "--github", "--junit", _dump.Beside("junit.xml"));
        check.Output.Should().Contain($"::error title=cannot be read::2 results cannot be read; the rest was judged%0Acannot be read: layers.0.q_per_token {Problem}%0A")
            .And.Contain("\ndecode.0: cannot be read: layers.1.embedding_delta has the shape [2], expected ");
        XDocument.Load(_dump.Beside("junit.xml")).Descendants("testcase").Where(test => test.Element("failure") is not null)
            .Select(test => test.Attribute("name")!.Value)
            .Should().Equal("cannot be read");
        var found = JsonNode.Parse(Cli.Run("check", path, "--json").Output)!;
        new JsonSchema(JsonNode.Parse(Fixtures.Read("fixtures/check.schema.json"))!.AsObject()).Violations(found).Should().BeEmpty();
        ((bool)found["passed"]!, (string)found["unreadable"]![0]!["name"]!, (string)found["unreadable"]![0]!["problem"]!)
            .Should().Be((false, "layers.0.q_per_token", Problem));
        ((string)found["decode"]![0]!["unreadable"]![0]!["name"]!).Should().Be("layers.1.embedding_delta");
    }

    [Fact(DisplayName = "check --case: what the case feeds and the port dumps is not listed as missing")]
    public void What_is_fed()
    {
        var path = _dump.Beside("far.json");
        var rows = string.Join(", ", Enumerable.Repeat($"[{string.Join(", ", Enumerable.Repeat("1", 10))}]", 6));
        File.WriteAllText(path, $"{{\"q_per_token\": [{rows}], \"freqs\": [{string.Join(", ", Golden.For("freqs").Tensor.ToSingles())}]}}");
        var check = Cli.Run("check", path, "--case", "far_positions", "--partial");
        (check.ExitCode, check.Output.Contains("not dumped: 3–6, 8–9, 11–18, 20–42", StringComparison.Ordinal)).Should().Be((0, true), check.Output);
    }

    /// <summary>The right ids, and queries of the layers 0, 1, 2, … in a shape that they cannot have.</summary>
    private string Write(int count, string further = "")
    {
        var (path, ids) = (_dump.Beside("some.json"), string.Join(", ", Golden.For("tokens").Tensor.ToInt64s()));
        var unreadable = Enumerable.Range(0, count).Select(number => $"\"layers.{number % 3}.{(number < 3 ? "q" : "k")}_per_token\": [[1, 2], [3, 4]]");
        File.WriteAllText(path, $"{{\"tokens\": [{ids}], {string.Join(", ", unreadable)}{further}}}");
        return path;
    }
}
